using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>One scan that is due: one scanner over one manifest, a platform's or what a tag names, however many tags name it.</summary>
/// <param name="Subject">The manifest.</param>
/// <param name="Scanner">The scanner.</param>
internal sealed record ScanWork(ChosenPlatform Subject, BoundScanner Scanner)
{
    /// <summary>All that the result depends on.</summary>
    public ResultIdentity Identity => ResultIdentity.Of(Scanner, Subject.Digest);

    /// <summary>What its report will be about.</summary>
    public ReportKey Key => Scanner.KeyOf(Subject);

    /// <summary>All platforms of the image that are scanned; of a platform's manifest itself alone.</summary>
    public IReadOnlyList<ChosenPlatform> Platforms { get; init; } = [Subject];

    /// <summary>The image's platforms that are not scanned, where the scan is of all that are.</summary>
    public IReadOnlyList<ChosenPlatform> OtherPlatforms { get; init; } = [];

    /// <summary>All that the result is about: who is given it has to show that he can read these.</summary>
    public IEnumerable<Digest> Manifests => Platforms.Prepend(Subject).Select(one => one.Digest).Distinct();

    /// <summary>All scanners that the resource asks for, whose results this one may read.</summary>
    public IReadOnlyList<BoundScanner> Scanners { get; init; } = [Scanner];

    /// <summary>The keys of reports that the resource used before.</summary>
    public IReadOnlySet<ReportKey> Used { get; init; } = new HashSet<ReportKey>();

    /// <summary>The image that the manifest is of: the first one, where several tags have it.</summary>
    public ScanImage? Image { get; init; }

    /// <summary>A user asked for a result made after this time; null for none.</summary>
    public DateTimeOffset? Asked { get; init; }

    /// <summary>What is attached to that image; null where it is not looked up.</summary>
    public IImageAttachments? Attachments { get; init; }

    /// <summary>The documents of the repository's images that the round has read; null where it looks at none.</summary>
    public ImageDocuments? Documents { get; init; }
}

/// <summary>An image of a resource, as scanning sees it.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Platforms">What is scanned of it; nothing where it is no image.</param>
/// <param name="IsInUse">True where a workload runs it: these come first.</param>
internal sealed record ScanImage(string Tag, PlatformChoices Platforms, bool IsInUse)
{
    /// <summary>What the tag names, index or manifest; null where it is no image.</summary>
    public Digest? Digest { get; init; }

    /// <summary>An image as it was found.</summary>
    /// <param name="image">What the tag names.</param>
    /// <param name="status">The image's status so far; null for none.</param>
    /// <param name="spec">What the resource asks for.</param>
    public static ScanImage Of(InspectedImage image, ImageStatus? status, RegistrySpec spec) => new(
        image.Tag.Tag,
        image is { Details: { } details, Digest: { } digest } ? PlatformChooser.Choose(spec.Platforms, digest, details) : PlatformChoices.None,
        status?.Usage?.WorkloadCount > 0)
    {
        Digest = image.Digest,
    };
}
