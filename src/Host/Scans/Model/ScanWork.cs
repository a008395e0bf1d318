using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>One scan that is due: one scanner over one platform's manifest, however many tags name it.</summary>
/// <param name="Key">What its report will be about.</param>
/// <param name="Platform">The platform.</param>
/// <param name="Scanner">The scanner.</param>
internal sealed record ScanWork(ReportKey Key, ChosenPlatform Platform, BoundScanner Scanner)
{
    /// <summary>The image that the platform is of: the first one, where several tags have it.</summary>
    public ScanImage? Image { get; init; }

    /// <summary>What is attached to that image; null where nobody looks.</summary>
    public IImageAttachments? Attachments { get; init; }
}

/// <summary>An image of a resource, as scanning sees it.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Platforms">What is scanned of it; nothing where it is no image.</param>
/// <param name="IsInUse">True where a workload runs it: these come first.</param>
internal sealed record ScanImage(string Tag, PlatformChoices Platforms, bool IsInUse)
{
    /// <summary>What the tag names, index or manifest; null where it is no image.</summary>
    public Digest? Digest { get; init; }
}
