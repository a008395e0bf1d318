using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Host.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// What a tag is made of: <c>service-v1.2.3-rc.1-alpine3.20</c> is a release <c>1.2.3-rc.1</c> of the family <c>service-</c> in the variant <c>alpine3.20</c>.
/// </summary>
/// <param name="Tag">The tag, with the version by which it is ordered; without one for a word or a commit.</param>
/// <param name="Family">What stands before the version, and of which kind its numbers are: only inside of a family do numbers tell what is newer.</param>
/// <param name="Variant">What follows the version; empty for none.</param>
internal sealed partial record TagName(VersionedTag Tag, string Family, string Variant)
{
    /// <summary>Stands for a commit's hash in <see cref="Family"/> and <see cref="Variant"/>; no tag has it.</summary>
    public const char Commit = CommitHashes.Masked;

    private static readonly char[] Separators = ['-', '_', '.'];

    /// <summary>The pre-release as the tag writes it, e.g. <c>rc1</c>; empty for none.</summary>
    public string PreRelease { get; private init; } = "";

    public TagVersion? Version => Tag.Version;

    /// <summary>The variant without its numbers: variants of one shape follow each other, as <c>alpine3.19</c> and <c>alpine3.20</c>, or <c>r1</c> and
    /// <c>r2</c>.</summary>
    public string Shape => Digits().Replace(Variant, "#");

    /// <summary>Reads a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="masked">The tag with <see cref="Commit"/> for each commit's hash in it.</param>
    public static TagName Read(string tag, string masked)
    {
        var start = masked.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0) return new TagName(new VersionedTag(tag, null), masked, "");
        var prefix = masked[..start];
        var rest = masked[start..];
        // 'v1.2.3' and 'app-v1.2.3' are '1.2.3' and 'app-1.2.3'.
        if (prefix is [.., 'v' or 'V'] && (prefix.Length == 1 || Separators.Contains(prefix[^2]))) prefix = prefix[..^1];
        if (DateWithDashes().Match(rest) is { Success: true } date)
            return Of(tag, prefix + "date", string.Join('.', Digits().Matches(date.Value).Select(match => match.Value)), rest[date.Length..]);
        if (TagVersion.TryParse(rest, out var version))
        {
            var core = rest[..(rest.Length - version.Variant.Length)].TrimEnd(Separators);
            return Of(tag, prefix + KindOf(core, version), core, version.Variant);
        }

        // Numbers in another writing, as '8u402-b06-jdk': all of them are the version, and the words between them belong to the family.
        var last = Digits().Matches(rest)[^1];
        var numbers = rest[..(last.Index + last.Length)];
        var all = string.Join('.', Digits().Matches(numbers).Select(match => match.Value));
        return Of(tag, prefix + Digits().Replace(numbers, "#"), all, rest[numbers.Length..]);
    }

    private static TagName Of(string tag, string family, string core, string variant)
    {
        var release = TagVersion.TryParse(core, out var read) ? read : null;
        variant = variant.TrimStart(Separators);
        // The version that orders tags has the variant, which decides last.
        var whole = variant.Length == 0 ? core : $"{core}-{variant}";
        if (!TagVersion.TryParse(whole, out var version) || version.CompareReleaseTo(release) != 0) version = release;
        return new TagName(new VersionedTag(tag, version), family, variant) { PreRelease = core[Numbers().Match(core).Length..].TrimStart(Separators) };
    }

    /// <summary>Numbers of these kinds can't be compared: 20240131 is not newer than build 4711, nor older.</summary>
    private static string KindOf(string core, TagVersion version) => (version.PartCount, core.Length) switch
    {
        (1, 8 or 12 or 14) when Date().IsMatch(core) => core.Length == 8 ? "date" : "stamp",
        (1, >= 9) => "long",
        (1, >= VersionedTag.BuildNumberDigits) => "build",
        _ => "",
    };

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();

    [GeneratedRegex("^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();

    [GeneratedRegex(
        "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T_-][0-2][0-9]-?[0-5][0-9]-?[0-5][0-9]Z?)?", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateWithDashes();
}
