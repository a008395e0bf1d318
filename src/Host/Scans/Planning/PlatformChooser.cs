using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>A platform of an image, and the manifest that is scanned for it.</summary>
/// <param name="Name">The platform; with the version of its operating system where the image has several of these: <c>windows(10.0.20348.1)/amd64</c>,
/// as containerd writes it.</param>
/// <param name="Digest">The manifest.</param>
internal sealed record ChosenPlatform(string Name, Digest Digest)
{
    /// <summary>The version of the operating system; null where the image names none.</summary>
    public string? OsVersion { get; init; }

    /// <summary>The platform by its parts. An image may declare anything, e.g. <c>linux/arm/v7/v7</c>: it then fails alone, and no other with
    /// it.</summary>
    public Platform ToPlatform() => Name.Split('/', 3) is [var os, var architecture, .. var variant]
        ? new Platform
        {
            Os = OsVersion is not null && os.EndsWith($"({OsVersion})", StringComparison.Ordinal) ? os[..^(OsVersion.Length + 2)] : os,
            Architecture = architecture,
            Variant = variant is [var only] ? only : null,
            OsVersion = OsVersion,
        }
        : new Platform();

    /// <summary>The platform without the version of its operating system.</summary>
    public string Family => ToPlatform() is { Os: not "" } platform ? platform.ToString() : Name;
}

/// <summary>The platforms of one image that are scanned, and those asked for that it does not have.</summary>
internal sealed record PlatformChoices(IReadOnlyList<ChosenPlatform> Chosen, IReadOnlyList<MissingPlatformStatus> Missing)
{
    public static PlatformChoices None { get; } = new([], []);

    /// <summary>
    /// Further entries that what pulls a chosen platform may be given, e.g. by the version of Windows, or by the variant where one of the two names none.
    /// They are not scanned by themselves.
    /// </summary>
    public IReadOnlyList<ChosenPlatform> Twins { get; init; } = [];

    /// <summary>The platforms of the image that are not chosen.</summary>
    public IReadOnlyList<ChosenPlatform> Others { get; init; } = [];

    /// <summary>All that stands for the chosen platforms: what a scan of the whole image is about.</summary>
    public IEnumerable<ChosenPlatform> Whole => Chosen.Concat(Twins);
}

/// <summary>Chooses the platforms of an image that are scanned.</summary>
internal static class PlatformChooser
{
    private const string Field = "spec.platforms";

    /// <param name="wanted">The resource's <c>spec.platforms</c>.</param>
    /// <param name="digest">The digest that the tag names.</param>
    /// <param name="details">What the image says about itself.</param>
    public static PlatformChoices Choose(IReadOnlyList<string> wanted, Digest digest, ImageDetails details)
    {
        if (details.Reason is not null) return PlatformChoices.None;
        var all = PlatformsOf(digest, details);
        // As most images: nothing is left to compare.
        if (all.Count == 1 && wanted.Count == 0) return new PlatformChoices(all, []);
        if (wanted.Count == 0) return Of([PreferredPlatforms.Choose(all, platform => platform.Name)], [], all);
        // Results are kept by the names of platforms: of one that is there twice, the first is scanned.
        if (wanted is [PlatformChoice.All]) return Of([.. all.DistinctBy(platform => platform.Name)], [], all);

        var chosen = new List<ChosenPlatform>();
        var missing = new List<MissingPlatformStatus>();
        foreach (var name in wanted.Distinct(StringComparer.Ordinal))
        {
            if (all.Find(platform => platform.Name == name || Fits(platform.Family, name)) is not { } first)
                missing.Add(new MissingPlatformStatus { Platform = name, Reason = ScanReasons.NotFound, Message = $"The image is not made for {name}." });
            // `linux/arm64` and `linux/arm64/v8` may be one. A platform of several versions of an operating system is all of them.
            else chosen.AddRange(all.Where(other => other == first || (first.Name != name && other.Family == first.Family)).Except(chosen));
        }

        return Of(chosen, missing, all);
    }

    /// <summary>Chooses, and says why each platform is scanned or not.</summary>
    /// <param name="wanted">The resource's <c>spec.platforms</c>.</param>
    /// <param name="digest">The digest that the tag names.</param>
    /// <param name="details">What the image says about itself.</param>
    public static IEnumerable<DecisionStep> Explain(IReadOnlyList<string> wanted, Digest digest, ImageDetails details)
    {
        var choices = Choose(wanted, digest, details);
        var value = wanted.Count == 0 ? null : string.Join(", ", wanted);
        foreach (var platform in choices.Chosen)
        {
            var why = wanted switch
            {
                [] when details.PlatformDigests.Count == 0 => "The image has one platform.",
                [] => $"None is asked for: the first of {string.Join(", ", PreferredPlatforms.Names)} that the image has, else its first.",
                [PlatformChoice.All] => "All platforms of the image are asked for.",
                _ => "It is asked for.",
            };
            var decision = Decision.Pass("Chosen", $"{why} Its manifest is {platform.Digest}.");
            yield return new DecisionStep($"platform {NameOf(platform)}", decision.By(Field, value));
        }

        foreach (var missing in choices.Missing)
        {
            var decision = Decision.Stop(missing.Reason ?? ScanReasons.NotFound, missing.Message ?? "");
            yield return new DecisionStep($"platform {missing.Platform}", decision.By(Field, value));
        }

        foreach (var twin in choices.Twins)
        {
            const string Why = "The index has an entry of this platform before it, which is scanned. Signatures and provenance are judged of both.";
            yield return new DecisionStep($"platform {NameOf(twin)}", Decision.Tell("NotFirst", $"{Why} Its manifest is {twin.Digest}.").By(Field, value));
        }

        string[] others = [.. choices.Others.Select(NameOf).Distinct()];
        if (choices.Chosen.Count > 0 && others.Length > 0)
            yield return new DecisionStep("other platforms", Decision.Tell("NotChosen", $"{string.Join(", ", others)}: not asked for.").By(Field, value));
    }

    private static string NameOf(ChosenPlatform platform) => platform.Name.Length > 0 ? platform.Name : "unknown";

    private static PlatformChoices Of(IReadOnlyList<ChosenPlatform> chosen, IReadOnlyList<MissingPlatformStatus> missing, List<ChosenPlatform> all) =>
        new(chosen, missing)
        {
            Twins = [.. all.Except(chosen).Where(platform => IsOfAny(platform, chosen))],
            Others = [.. all.Except(chosen).Where(platform => !IsOfAny(platform, chosen))],
        };

    private static bool IsOfAny(ChosenPlatform platform, IReadOnlyList<ChosenPlatform> chosen) =>
        chosen.Any(one => Fits(platform.Name, one.Name) || Fits(one.Name, platform.Name));

    private static List<ChosenPlatform> PlatformsOf(Digest digest, ImageDetails details)
    {
        if (details.PlatformDigests.Count == 0) return [new ChosenPlatform(details.Platforms is [var name, ..] ? name : "", digest)];
        var several = details.PlatformDigests.GroupBy(platform => platform.Platform, StringComparer.Ordinal)
            .Where(platforms => platforms.Select(platform => platform.OsVersion).Distinct(StringComparer.Ordinal).Count() > 1)
            .Select(platforms => platforms.Key).ToHashSet(StringComparer.Ordinal);
        return [.. details.PlatformDigests
            .Select(platform => new ChosenPlatform(
                several.Contains(platform.Platform) ? WithVersion(platform) : platform.Platform, Digest.Parse(platform.Digest))
            {
                OsVersion = platform.OsVersion,
            })
            .Distinct()];
    }

    private static string WithVersion(PlatformDigestStatus platform) =>
        platform.OsVersion is { } version && platform.Platform.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
            ? platform.Platform.Insert(slash, $"({version})")
            : platform.Platform;

    /// <summary>A name without a variant matches any: <c>linux/arm64</c> is mostly written <c>linux/arm64/v8</c> in an index.</summary>
    private static bool Fits(string platform, string name) =>
        platform == name
        || (platform.StartsWith(name, StringComparison.Ordinal) && platform[name.Length] == '/' && name.Count(character => character == '/') == 1);
}
