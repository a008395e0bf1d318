using System.Buffers;
using System.Text.RegularExpressions;

namespace RegistryOperator.Shared;

/// <summary>
/// Finds commits' hashes in tags, which say nothing about age. One in 27 of 7 digits has no letter, and looks like a number: what the repository's
/// other tags look like tells them apart.
/// </summary>
internal sealed partial class CommitHashes
{
    /// <summary>So many times more numbers than hashes of the same length are numbers: chance makes one hash in 27 look like one.</summary>
    private const int MostNumbersForAHash = 8;

    private const int Shortest = 7;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Stands for a hash in a masked tag; no tag has it.</summary>
    public const char Masked = '@';

    private readonly HashSet<string> _places;

    /// <param name="tags">All candidates of the repository.</param>
    public CommitHashes(IReadOnlyCollection<string> tags)
    {
        var hashes = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            foreach (Match word in Words().Matches(tag))
            {
                var counts = IsHash(word.ValueSpan) ? hashes : IsNumber(word.ValueSpan) ? numbers : null;
                if (counts is null) continue;
                var place = Place(tag, word.Index, word.Length);
                counts[place] = counts.GetValueOrDefault(place) + 1;
            }
        }

        _places = hashes.Where(place => numbers.GetValueOrDefault(place.Key) <= MostNumbersForAHash * place.Value)
            .Select(place => place.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The tag with <see cref="Masked"/> in place of each hash.</summary>
    public string Mask(string tag) =>
        tag.Length < Shortest ? tag : Words().Replace(tag, word =>
            IsHash(tag, word.Index, word.Length) ? (word.Value[0] == 'g' ? "g" : "") + Masked : word.Value);

    /// <summary>True where a word of a tag is a commit's hash.</summary>
    public bool IsHash(string tag, int start, int length)
    {
        if (length < Shortest) return false;
        var word = tag.AsSpan(start, length);
        return IsHash(word) || (_places.Count > 0 && IsNumber(word) && _places.Contains(Place(tag, start, length)));
    }

    /// <summary>Where a hash stands: what is before it, without numbers, and its length.</summary>
    private static string Place(string tag, int start, int length) => $"{Digits().Replace(tag[..start], "#")}{length}";

    /// <summary>Letters and digits, as <c>git</c> abbreviates: 7 to 40, or the 64 of SHA-256; <c>git describe</c> writes <c>g</c> before, which leaves no
    /// doubt.</summary>
    private static bool IsHash(ReadOnlySpan<char> word)
    {
        var isDescribed = word[0] == 'g';
        if (isDescribed) word = word[1..];
        return word.Length is (>= Shortest and <= 40) or 64 && !word.ContainsAnyExcept(Hex) && word.ContainsAnyInRange('0', '9')
            && (isDescribed || word.ContainsAnyInRange('a', 'f')) && !Date().IsMatch(word);
    }

    private static bool IsNumber(ReadOnlySpan<char> word) =>
        word.Length is >= Shortest and <= 40 && !word.ContainsAnyExceptInRange('0', '9') && !Date().IsMatch(word);

    [GeneratedRegex("[0-9a-z]{7,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(
        "^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([0-9]{4}|[0-9]{6}|[a-z]?)$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();
}
