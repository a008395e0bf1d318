using System.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>Where in a tag the version begins, and what stands before it.</summary>
/// <param name="Start">Where the version's first digit is.</param>
/// <param name="Prefix">What stands before it, with <c>#</c> for a distribution's version and <c>@</c> for a commit.</param>
/// <param name="Bases">The distributions' versions before it.</param>
internal sealed record VersionPlace(int Start, string Prefix, IReadOnlyList<MovingPart> Bases)
{
    /// <summary>Finds the version. Numbers of architectures, languages and distributions are none where another one follows: of <c>ubi8-java17-22.3.2</c> it
    /// is 22.3.2, of <c>temurin-11-tools-1.12.0</c> it is 1.12.0, and <c>latest-python3.11</c> has none.</summary>
    /// <returns>Null where the tag has none.</returns>
    public static VersionPlace? Find(string tag, CommitHashes commits) => new Search(tag, commits).Find();

    private sealed class Search(string tag, CommitHashes commits)
    {
        /// <summary>More numbers are a version, whatever stands before them: <c>python-3.11.6</c>.</summary>
        private const int NameParts = 2;

        private readonly StringBuilder _prefix = new();
        private readonly List<MovingPart> _bases = [];
        private VersionPlace? _second;
        private bool _isSecondOfName;
        private int _copied;
        private bool _hasCommit;
        private bool _isLatest;

        public VersionPlace? Find()
        {
            var word = "";
            for (var start = 0; start < tag.Length;)
            {
                var end = TagWords.EndOfPart(tag, start);
                if (TagWords.ArchitectureLength(tag, start) is var length and > 0)
                {
                    start = Math.Min(tag.Length, start + length + 1);
                    continue;
                }

                if (commits.IsHash(tag, start, end - start))
                {
                    CopyTo(start);
                    _prefix.Append(CommitHashes.Masked);
                    _copied = end;
                    _hasCommit = true;
                    (word, start) = ("", end + 1);
                    continue;
                }

                var digit = start + Math.Max(0, tag.AsSpan(start, end - start).IndexOfAnyInRange('0', '9'));
                if (digit == tag.Length || !char.IsAsciiDigit(tag[digit]))
                {
                    word = tag[start..end];
                    _isLatest |= word.Equals("latest", StringComparison.OrdinalIgnoreCase);
                    start = end + 1;
                    continue;
                }

                if (digit > start) word = tag[start..digit];
                if (Take(word, digit) is { } place) return place;
                (word, start) = ("", EndOfNumbers(digit));
                // Letters behind the number belong to it: 's' of 'k8s'.
                start = TagWords.EndOfPart(tag, start) + 1;
            }

            return _hasCommit ? null : _second;
        }

        /// <summary>The place of a number, where that is the version; else it is noted as the next best.</summary>
        private VersionPlace? Take(string word, int start)
        {
            var end = EndOfNumbers(start);
            var digits = TagWords.DigitsAt(tag, start);
            var parts = tag.AsSpan(start, end - start).Count('.') + 1;
            var isDate = digits.Length >= TagWords.BuildNumberDigits || DateParts.IsDashed(tag, start);
            var isBase = TagWords.IsBase(word);
            var isName = TagWords.IsRuntime(word);
            if (TagWords.IsBranch(word)) return null;
            if (isDate) return _second is null || _isSecondOfName ? Here(start) : null;
            // 'latest-18' is the newest image of something.
            if (_isLatest || _hasCommit) return null;
            var isVersion = word.Length == 0 || TagWords.IsVersionWord(word);
            if (!isBase && !isName && (parts > 1 || (isVersion && _second is null) || word is "v" or "V")) return Here(start);
            if (_second is null && !(isName && parts <= NameParts))
            {
                _second = Here(start);
                _isSecondOfName = isBase || isName;
            }

            if (!isBase) return null;
            CopyTo(start);
            _prefix.Append(TagReader.Number);
            _bases.Add(new MovingPart(true, [.. tag[start..end].Split('.').Select(part => TagWords.Parse(part))]));
            _copied = end;
            return null;
        }

        private VersionPlace Here(int start) => new(start, _prefix + tag[_copied..start], [.. _bases]);

        private void CopyTo(int end) => _prefix.Append(tag, _copied, end - _copied);

        private int EndOfNumbers(int start)
        {
            var end = start + TagWords.DigitsAt(tag, start).Length;
            while (end + 1 < tag.Length && tag[end] == '.' && char.IsAsciiDigit(tag[end + 1])) end += 1 + TagWords.DigitsAt(tag, end + 1).Length;
            return end;
        }
    }
}
