using System.Globalization;
using System.Numerics;
using System.Text;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>Takes a tag apart, from left to right. A tag without a version, such as <c>latest</c> or a commit's hash, has no shape.</summary>
internal sealed class TagReader
{
    /// <summary>Stands for a number that moves.</summary>
    public const char Number = '#';

    private const char Commit = CommitHashes.Masked;
    private const int MostDigits = 30;

    private readonly string _tag;
    private readonly CommitHashes _commits;
    private readonly StringBuilder _variant = new();
    private readonly List<MovingPart> _moving = [];
    private readonly List<BigInteger> _stageNumbers = [];
    private int _position;
    private int _stage;
    private string _stageWord = "";

    private TagReader(string tag, CommitHashes commits)
    {
        _tag = tag;
        _commits = commits;
    }

    /// <summary>The tag's parts; null where it spells no version, date or build number.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="commits">Tells commits from numbers, in the light of the repository's other tags.</param>
    public static ShapedTag? Read(string tag, CommitHashes commits) => ImageReference.IsTag(tag) ? new TagReader(tag, commits).Read() : null;

    private ShapedTag? Read()
    {
        if (VersionPlace.Find(_tag, _commits) is not { } place) return null;
        _position = place.Start;
        _moving.AddRange(place.Bases);
        if (ReadNumbers(out var kind) is not { } numbers) return null;
        // '7abc' is part of a hash; '1.2rc1', '8u402' and '1.0.2k' are versions.
        if (_position < _tag.Length && char.IsAsciiLetter(_tag[_position]) && !IsSuffix(WordAt(_position, out var digits), digits, place.Start)) return null;
        while (_position < _tag.Length)
        {
            if (!ReadSuffix()) return null;
        }

        return new ShapedTag
        {
            Tag = _tag,
            Version = TagVersion.TryParse(_tag[place.Start..], out var version) ? version : null,
            Prefix = place.Prefix,
            Kind = kind,
            Numbers = numbers,
            Stage = _stage,
            StageWord = _stageWord,
            StageNumbers = _stageNumbers,
            Variant = _variant.ToString(),
            Moving = _moving,
        };
    }

    private IReadOnlyList<BigInteger>? ReadNumbers(out NumberKind kind)
    {
        kind = NumberKind.DashedDate;
        if (DateParts.ReadDashed(_tag, ref _position) is { } date) return date;
        var first = TagWords.DigitsAt(_tag, _position).ToString();
        var texts = new List<string> { first };
        _position += first.Length;
        // '1.2.7f3a9c1' ends in a commit.
        while (IsDottedNumberNext() && !IsHash(_position + 1))
        {
            texts.Add(TagWords.DigitsAt(_tag, _position + 1).ToString());
            _position += 1 + texts[^1].Length;
        }

        kind = KindOf(texts);
        if (texts.Exists(text => text.Length > MostDigits)) return null;
        var numbers = TagWords.IsDate(first) ? DateParts.ReadPlain(_tag, first, ref _position) : [TagWords.Parse(first)];
        return [.. numbers, .. texts.Skip(1).Select(text => TagWords.Parse(text))];
    }

    private static NumberKind KindOf(List<string> texts)
    {
        if (TagWords.IsDate(texts[0])) return NumberKind.Date;
        if (texts[0].Length >= TagWords.BuildNumberDigits) return NumberKind.Build;
        // 2024.01.15 is a day; 2024.1.3 is the third version of a month.
        if (texts.Count == 3 && TagWords.IsDay(texts[0], texts[1], texts[2]) && (texts[1][0] == '0' || texts[2][0] == '0')) return NumberKind.Date;
        return texts.Count > 1 && TagWords.IsYear(texts[0]) ? NumberKind.YearVersion : NumberKind.Version;
    }

    /// <summary>Letters right behind the numbers.</summary>
    private bool IsSuffix(string word, bool isNumbered, int start) =>
        !IsHash(start)
        && (TagWords.StageOf(word, isNumbered) > 0 || word.Length == 1 || TagWords.IsBuild(word));

    /// <summary>Reads one part behind the version.</summary>
    /// <returns>False for a number that is none.</returns>
    private bool ReadSuffix()
    {
        var separator = TagWords.IsSeparator(_tag[_position]) ? _tag[_position++].ToString() : "";
        var end = TagWords.EndOfPart(_tag, _position);
        var part = _tag.AsSpan(_position, end - _position);
        if (IsHash(_position))
        {
            _variant.Append(separator).Append(Commit);
            _position = end;
            return true;
        }

        if (DateParts.ReadDashed(_tag, ref _position) is { } date)
        {
            _variant.Append(separator).Append(Number);
            _moving.Add(new MovingPart(false, date));
            return true;
        }

        var word = TagWords.CounterAt(part) ?? WordAt(_position, out _);
        if (word.Length == 0) return ReadNumber(separator, "");
        _position += word.Length;
        var isNumbered = _position < _tag.Length && char.IsAsciiDigit(_tag[_position]);
        // Behind something else, a letter counts builds: 'b06' of '8u402-b06'.
        var mayBeStage = _stage == 0 && (word.Length > 1 || (_variant.Length == 0 && !IsBuildLetter(word)));
        if (mayBeStage && TagWords.StageOf(word, isNumbered || IsNumberNext()) is var stage and > 0)
        {
            _stage = stage;
            _stageWord = word.ToLowerInvariant();
            return ReadStageNumbers();
        }

        // '7.2.0-v6' is the sixth build; 'arm-v7' is an architecture.
        var isBuild = word.Equals("v", StringComparison.OrdinalIgnoreCase) && _variant.Length == 0;
        _variant.Append(separator).Append(word);
        if (TagWords.IsBuild(word) && IsDottedNumberNext())
        {
            // '-eksbuild.1' counts as '-eksbuild1' does.
            _variant.Append('.');
            _position++;
            return ReadNumber("", "", isBuild: true);
        }

        return !isNumbered || ReadNumber("", word, isBuild);
    }

    /// <summary>A number behind the version: one that moves, or a part of the variant's name.</summary>
    /// <param name="separator">What stands before it.</param>
    /// <param name="word">The word right before it; empty for none.</param>
    /// <param name="isBuild">True where it counts builds, whatever stands before it.</param>
    private bool ReadNumber(string separator, string word, bool isBuild = false)
    {
        var digits = TagWords.DigitsAt(_tag, _position).ToString();
        if (digits.Length > MostDigits) return false;
        _position += digits.Length;
        List<BigInteger> numbers = TagWords.IsDate(digits) ? [.. DateParts.ReadPlain(_tag, digits, ref _position)] : [];
        var before = word.Length > 0 ? word : WordBefore();
        // '-b06', '-r24', '-1', '-20240131', and a distribution's version; but not 'php8', 'jdk17', 'arm64v8'.
        var isBase = TagWords.IsBaseVersion(before, digits);
        isBuild |= before.Length == 0 || TagWords.IsBuild(before) || TagWords.IsBase(before) || TagWords.IsDate(digits);
        // Letters behind the number belong to the word: 'arm64v8', 'x86_64'.
        var isWhole = _position == _tag.Length || TagWords.IsSeparator(_tag[_position]);
        if (digits.Length == 0 || !isWhole || !(isBase || isBuild))
        {
            _variant.Append(separator).Append(digits);
            return digits.Length == 0 || ReadPatch();
        }

        if (numbers.Count == 0) numbers.Add(TagWords.Parse(digits));
        _variant.Append(separator).Append(Number);
        if (!ReadDotted(numbers)) return false;
        // A build may have more numbers than the last one; a distribution's version names what it follows.
        if (isBase) _variant.Insert(_variant.Length, ".#", numbers.Count - 1);
        _moving.Add(new MovingPart(isBase, numbers));
        return true;
    }

    /// <summary>The third number of what a version is built with moves: <c>-kafka-3.6.1</c>, where <c>3.6</c> belongs to the name.</summary>
    private bool ReadPatch()
    {
        var start = _position;
        var numbers = new List<BigInteger>();
        if (!ReadDotted(numbers)) return false;
        if (numbers.Count < 2 || (_position < _tag.Length && !TagWords.IsSeparator(_tag[_position])))
        {
            _position = start;
            return true;
        }

        _variant.Append(CultureInfo.InvariantCulture, $".{numbers[0]}.{Number}");
        _moving.Add(new MovingPart(IsBase: true, numbers[1..]));
        return true;
    }

    /// <summary>The numbers behind the next dots.</summary>
    private bool ReadDotted(List<BigInteger> numbers)
    {
        while (IsDottedNumberNext())
        {
            var more = TagWords.DigitsAt(_tag, _position + 1);
            if (more.Length > MostDigits) return false;
            numbers.Add(TagWords.Parse(more));
            _position += 1 + more.Length;
        }

        return true;
    }

    /// <summary>'b06' and 'b311' count builds; 'b2' is a beta.</summary>
    private bool IsBuildLetter(string word) => word is "b" or "B" && TagWords.DigitsAt(_tag, _position).Length > 1;

    /// <summary><c>rc1</c>, <c>rc.1</c>, <c>beta-2.3</c>: the numbers after the word.</summary>
    private bool ReadStageNumbers()
    {
        while (_position < _tag.Length)
        {
            var start = TagWords.IsSeparator(_tag[_position]) ? _position + 1 : _position;
            var digits = TagWords.DigitsAt(_tag, start);
            // The next word, or a commit, begins the variant.
            if (digits.Length == 0 || digits.Length > MostDigits || IsHash(start)) return true;
            if (start + digits.Length < _tag.Length && char.IsAsciiLetter(_tag[start + digits.Length]) && start > _position) return true;
            _stageNumbers.Add(TagWords.Parse(digits));
            _position = start + digits.Length;
        }

        return true;
    }

    private bool IsDottedNumberNext() => _position + 1 < _tag.Length && _tag[_position] == '.' && char.IsAsciiDigit(_tag[_position + 1]);

    private bool IsNumberNext() => _position + 1 < _tag.Length && TagWords.IsSeparator(_tag[_position]) && char.IsAsciiDigit(_tag[_position + 1]);

    /// <summary>The word of the variant's last part, where it has no number: <c>debian</c> of <c>debian-9</c>.</summary>
    private string WordBefore()
    {
        var text = _variant.ToString();
        // A word has one number: the date of 'ol9-20231024' is none of its.
        return text is [.., Number or Commit] ? "" : text[(text.LastIndexOfAny(['-', '_', '.']) + 1)..];
    }

    private string WordAt(int position, out bool isNumbered)
    {
        var end = position;
        while (end < _tag.Length && char.IsAsciiLetter(_tag[end])) end++;
        isNumbered = end < _tag.Length && char.IsAsciiDigit(_tag[end]);
        return _tag[position..end];
    }

    /// <summary>True where the part that begins there is a commit's hash.</summary>
    private bool IsHash(int start) => _commits.IsHash(_tag, start, TagWords.EndOfPart(_tag, start) - start);
}
