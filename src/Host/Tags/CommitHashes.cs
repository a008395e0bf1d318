using System.Buffers;
using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Finds commits' hashes in tags, which say nothing about age. One in 27 of 7 digits has no letter, and looks like a number: what the repository's
/// other tags look like tells them apart.
/// </summary>
internal sealed partial class CommitHashes
{
    /// <summary>So many times more numbers than hashes of the same length are numbers: chance makes one hash in 27 look like one.</summary>
    private const int MostNumbersForAHash = 8;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

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
                if (counts is not null) counts[Place(tag, word)] = counts.GetValueOrDefault(Place(tag, word)) + 1;
            }
        }

        _places = hashes.Where(place => numbers.GetValueOrDefault(place.Key) <= MostNumbersForAHash * place.Value)
            .Select(place => place.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The tag with <see cref="TagName.Commit"/> in place of each hash.</summary>
    public string Mask(string tag) =>
        tag.Length < 7 ? tag : Words().Replace(tag, word =>
            IsHash(word.ValueSpan) || (IsNumber(word.ValueSpan) && _places.Contains(Place(tag, word)))
                ? (word.Value[0] == 'g' ? "g" : "") + TagName.Commit
                : word.Value);

    /// <summary>Where a hash stands: what is before it, without numbers, and its length.</summary>
    private static string Place(string tag, Match word) => $"{Digits().Replace(tag[..word.Index], "#")}{word.Length}";

    /// <summary>Letters and digits, as <c>git</c> abbreviates: 7 to 40, or the 64 of SHA-256; <c>git describe</c> writes <c>g</c> before.</summary>
    private static bool IsHash(ReadOnlySpan<char> word)
    {
        if (word[0] == 'g') word = word[1..];
        return word.Length is (>= 7 and <= 40) or 64 && word.ContainsAnyInRange('0', '9') && word.ContainsAnyInRange('a', 'f')
            && !word.ContainsAnyExcept(Hex) && !Date().IsMatch(word);
    }

    private static bool IsNumber(ReadOnlySpan<char> word) => word.Length is >= 7 and <= 40 && !word.ContainsAnyExceptInRange('0', '9') && !Date().IsMatch(word);

    [GeneratedRegex("[0-9a-z]{7,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(
        "^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([0-9]{4}|[0-9]{6}|[a-z]?)$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();
}
