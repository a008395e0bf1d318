using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>What is done until a scanner can run.</summary>
internal enum BindingStep
{
    /// <summary>It is found by its name.</summary>
    Find,

    /// <summary>Its options are read.</summary>
    Options,

    /// <summary>The Secrets are read that options and section name.</summary>
    Secrets,

    /// <summary>It is asked whether it can work.</summary>
    Readiness,
}

/// <summary>A scanner that a resource asks for, found and ready, or the problem that keeps it from running.</summary>
/// <param name="Use">What the resource asks for.</param>
/// <param name="Registry">The resource's registry.</param>
internal sealed record BoundScanner(ScannerUse Use, OpenedRegistry Registry)
{
    public GuardedScanner? Scanner { get; init; }

    /// <summary>The resource's namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>
    /// True for a registry scanner, false for an image scanner; null where it is not installed and its kind allows both.
    /// </summary>
    public bool? IsOverAll { get; init; }

    /// <summary>The versions with which it would make results now; null where it can't run.</summary>
    public ReportVersions? Versions { get; init; }

    /// <summary>The resource's options, an instance of the scanner's own type.</summary>
    public object? Options { get; init; }

    /// <summary>What the Secrets hold that the options name.</summary>
    public ScanSecrets Secrets { get; init; } = ScanSecrets.None;

    /// <summary>Results with other options, or with other content of the Secrets that these name, are other results.</summary>
    public string OptionsHash { get; init; } = "";

    /// <summary>Identifies the scanners whose results it needs, as the resource asks for them: made from others, its result is another. Empty for
    /// none.</summary>
    public string Inputs { get; init; } = "";

    /// <summary>True where its result is that of one repository: it may depend on what is attached to the image there.</summary>
    public bool DependsOnRepository { get => field || Use.TakesAttached || Scanner?.Descriptor.Scope is ScanScope.Repository; init; }

    /// <summary>Why it can't run.</summary>
    public ScanProblem? Problem { get; init; }

    /// <summary>The problem's reason, or a narrower word for it.</summary>
    public string? Cause { get => field ?? Problem?.Reason; init; }

    /// <summary>At which step that was found.</summary>
    public BindingStep ProblemAt { get; init; }

    /// <summary>The manifests of an image that are scanned: its platforms', or the one that the tag names.</summary>
    public IReadOnlyList<ChosenPlatform> SubjectsOf(ScanImage image)
    {
        if (Scanner?.Descriptor.Subject is not ScanSubject.Image || image.Platforms.Chosen.Count == 0) return image.Platforms.Chosen;
        // A tag that names a manifest has its platform; an index has those of its entries.
        var own = image.Platforms.Chosen.FirstOrDefault(platform => platform.Digest == image.Digest);
        return image.Digest is { } digest ? [own ?? new ChosenPlatform("", digest)] : [];
    }

    /// <summary>True where the key is of an image's report by this scanner, as the resource asks for it.</summary>
    public bool Uses(ReportKey key) => IsOverAll is not true && KeyOf(key.Digest) == key;

    /// <summary>With what tells from which scanners' results it makes its own.</summary>
    /// <param name="all">All scanners of the resource.</param>
    public BoundScanner MadeFrom(IReadOnlyList<BoundScanner> all)
    {
        BoundScanner[] needed = [.. all.Where(other => other != this && Scanner?.Descriptor.Needs.Contains(other.Use.Kind) is true)];
        if (needed.Length == 0) return this;
        var identity = string.Join('\n', needed.Select(other => $"{other.Use.Kind} {other.Use.Scanner} {other.OptionsHash}").Order(StringComparer.Ordinal));
        return this with { Inputs = ScannerOptions.Hash(identity), DependsOnRepository = needed.Any(other => other.DependsOnRepository) };
    }

    public ReportKey KeyOf(ChosenPlatform platform) => KeyOf(platform.Digest);

    public ReportKey KeyOf(Digest subject) => ResultIdentity.KeyOf(this, subject);
}
