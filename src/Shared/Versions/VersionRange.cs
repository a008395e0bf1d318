using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Shared;

/// <summary>
/// A range of versions as <c>spec.tagFilter.versions</c> writes it, in npm's syntax (<see href="https://github.com/npm/node-semver#ranges"/>): <c>^22</c>,
/// <c>~1.4</c>, <c>1.x</c>, <c>&gt;=1.30 &lt;2</c>, <c>1.2 - 1.4</c>, alternatives with <c>||</c>. A variant (<c>^22-alpine</c>) takes tags of that
/// variant, and none those without one. Pre-releases are taken only where the range names one.
/// </summary>
internal sealed class VersionRange
{
    /// <summary>The most characters of a range.</summary>
    public const int MostCharacters = 1024;

    private const int MostNumbers = 4;

    private readonly IReadOnlyList<Alternative> _alternatives;
    private readonly string _variant;

    private VersionRange(string text, IReadOnlyList<Alternative> alternatives, string variant)
    {
        Text = text;
        _alternatives = alternatives;
        _variant = variant;
    }

    /// <summary>The range as it is written.</summary>
    public string Text { get; }

    /// <summary>Reads a range; where that can't be done, <paramref name="error"/> says why and what to do.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out VersionRange? range, out string error)
    {
        range = null;
        error = "";
        if (text.Length > MostCharacters)
        {
            error = $"the range has {text.Length} characters; at most {MostCharacters} are allowed";
            return false;
        }

        var alternatives = new List<Alternative>();
        var variants = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alternative in text.Split("||"))
        {
            var preReleases = false;
            var bounds = new List<Bounds>();
            foreach (var word in Words(alternative))
            {
                if (!Comparator.TryParse(word, out var comparator))
                {
                    error = $"'{word}' is no range of versions; write e.g. ^22, ~1.4, 1.x, '>=1.30 <2', or with a variant ^22-alpine";
                    return false;
                }

                bounds.Add(comparator.ToBounds());
                variants.Add(comparator.Variant);
                preReleases |= comparator is { Version.IsPreRelease: true, Operator: not "!=" };
            }

            if (bounds.Count == 0)
            {
                error = "a range of versions is missing; write e.g. ^22, ~1.4, 1.x or '>=1.30 <2'";
                return false;
            }

            alternatives.Add(new Alternative(bounds, preReleases));
        }

        // In '>=1.30-alpine <2' the variant stands once and means all.
        variants.Remove("");
        if (variants.Count > 1)
        {
            error = $"the range names several variants ({string.Join(", ", variants.Order(StringComparer.Ordinal))}); name one";
            return false;
        }

        range = new VersionRange(text, alternatives, variants.FirstOrDefault() ?? "");
        return true;
    }

    /// <summary>True for a tag that spells a version of the range.</summary>
    public bool Contains(string tag) =>
        TagVersion.TryParse(tag, out var version)
        && version.Variant == _variant
        && _alternatives.Any(alternative => alternative.Contains(version));

    /// <summary>True for a version of the range, in any variant where the range names none.</summary>
    public bool ContainsRelease(TagVersion version) =>
        (_variant.Length == 0 || version.Variant == _variant) && _alternatives.Any(alternative => alternative.Contains(version));

    /// <summary>Operators may stand apart from their version, and two versions around a dash are a range.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var words = text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (i + 2 < words.Length && words[i + 1] == "-")
            {
                yield return ">=" + words[i];
                yield return "<=" + words[i + 2];
                i += 2;
            }
            else if (i + 1 < words.Length && words[i].AsSpan().TrimStart("<>=^~!").IsEmpty)
            {
                yield return words[i] + words[++i];
            }
            else
            {
                yield return words[i];
            }
        }
    }

    /// <summary>What is in all bounds. One that names a pre-release takes pre-releases.</summary>
    private sealed record Alternative(IReadOnlyList<Bounds> Bounds, bool TakesPreReleases)
    {
        public bool Contains(TagVersion version) => (TakesPreReleases || !version.IsPreRelease) && Bounds.All(bound => bound.Contain(version));
    }

    /// <summary>From a version on, to below another one; null for no end.</summary>
    private sealed record Bounds(TagVersion? From, BigInteger[]? Below)
    {
        /// <summary>A single version that is left out.</summary>
        public TagVersion? Except { get; init; }

        /// <summary>All versions that begin with these numbers are left out.</summary>
        public BigInteger[]? ExceptLine { get; init; }

        /// <summary>A pre-release below which versions are.</summary>
        public TagVersion? Until { get; init; }

        /// <summary>The highest version of the range itself, where a full version is named.</summary>
        public TagVersion? To { get; init; }

        public bool Contain(TagVersion version) =>
            (From is null || version.CompareReleaseTo(From) >= 0)
            && (To is null || version.CompareReleaseTo(To) <= 0)
            && (Except is null || version.CompareReleaseTo(Except) != 0)
            && (ExceptLine is null || ExceptLine.Index().Any(number => version.Number(number.Index) != number.Item))
            && (Until is null || version.CompareReleaseTo(Until) < 0)
            && (Below is null || IsBelow(version, Below));

        /// <summary>By numbers: <c>2.0.0-rc.1</c> is not below 2.</summary>
        private static bool IsBelow(TagVersion version, BigInteger[] numbers)
        {
            for (var i = 0; i < Math.Max(numbers.Length, version.PartCount); i++)
            {
                var order = version.Number(i).CompareTo(i < numbers.Length ? numbers[i] : BigInteger.Zero);
                if (order != 0) return order < 0;
            }

            return false;
        }
    }

    /// <summary>An operator and a version, of which parts may be left out or be wildcards.</summary>
    private sealed record Comparator(string Operator, TagVersion? Version, int Parts)
    {
        private static readonly string[] Operators = [">=", "<=", "!=", "==", "~>", ">", "<", "=", "^", "~"];

        public string Variant => Version?.Variant ?? "";

        public static bool TryParse(string word, [NotNullWhen(true)] out Comparator? comparator)
        {
            comparator = null;
            var @operator = Operators.FirstOrDefault(one => word.StartsWith(one, StringComparison.Ordinal)) ?? "";
            var rest = word[@operator.Length..];
            if (rest.Length > 1 && rest[0] is 'v' or 'V') rest = rest[1..];
            var end = rest.IndexOf('-', StringComparison.Ordinal);
            var numbers = (end < 0 ? rest : rest[..end]).Split('.');
            var parts = Array.FindIndex(numbers, part => part is "x" or "X" or "*");
            if (parts >= 0 && numbers[parts..].Any(part => part is not ("x" or "X" or "*"))) return false;
            if (parts == 0)
            {
                // '*' is every version, and '*-alpine' every one of a variant.
                if (!TagVersion.TryParse(end < 0 ? "0" : "0" + rest[end..], out var any)) return false;
                comparator = new Comparator(@operator, any, 0);
                return true;
            }

            var text = parts < 0 ? rest : string.Join('.', numbers[..parts]) + (end < 0 ? "" : rest[end..]);
            if (!TagVersion.TryParse(text, out var version) || version.PartCount > MostNumbers) return false;
            comparator = new Comparator(@operator, version, version.PartCount);
            return true;
        }

        public Bounds ToBounds()
        {
            // No version is greater, less or other than any.
            if (Parts == 0) return new Bounds(null, null) { ExceptLine = Operator is ">" or "<" or "!=" ? [] : null };
            var version = Version!;
            var isFull = Parts >= 3 || version.IsPreRelease;
            return Operator switch
            {
                "^" => new Bounds(version, After(Caret(version))),
                "~" or "~>" => new Bounds(version, After(Math.Min(Parts, 2))),
                ">=" => new Bounds(version, null),
                "<" when version.IsPreRelease => new Bounds(null, null) { Until = version },
                "<" => new Bounds(null, Numbers(Parts)),
                ">" when isFull => new Bounds(version, null) { Except = version },
                ">" => new Bounds(Of(After(Parts)), null),
                "<=" when isFull => new Bounds(null, null) { To = version },
                "<=" => new Bounds(null, After(Parts)),
                "!=" when isFull => new Bounds(null, null) { Except = version },
                "!=" => new Bounds(null, null) { ExceptLine = Numbers(Parts) },
                _ when isFull => new Bounds(version, null) { To = version },
                _ => new Bounds(version, After(Parts)),
            };
        }

        /// <summary>The first number that is not 0 stays; where all that are named are 0, the last of them.</summary>
        private int Caret(TagVersion version)
        {
            for (var i = 0; i < Math.Min(Parts, 3); i++)
            {
                if (!version.Number(i).IsZero) return i + 1;
            }

            return Math.Min(Parts, 3);
        }

        private BigInteger[] Numbers(int parts) => [.. Enumerable.Range(0, parts).Select(Version!.Number)];

        /// <summary>The numbers after all versions that begin with so many parts of this one.</summary>
        private BigInteger[] After(int parts)
        {
            var numbers = Numbers(parts);
            numbers[^1]++;
            return numbers;
        }

        private static TagVersion? Of(BigInteger[] numbers) => TagVersion.TryParse(string.Join('.', numbers), out var version) ? version : null;
    }
}
