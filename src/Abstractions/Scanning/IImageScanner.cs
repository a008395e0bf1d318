using System.Collections.ObjectModel;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Secrets;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Scans one image, named by digest.</summary>
public interface IImageScanner : IScanner
{
    /// <summary>Scans. Called concurrently for different images.</summary>
    /// <param name="request">The image and what is needed to read it.</param>
    /// <param name="cancellationToken">The deadline and the shutdown; a scanner that starts processes ends them all.</param>
    /// <exception cref="ScanException">The image has no result, for a reason the user reads.</exception>
    Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken);
}

/// <summary>One image to scan.</summary>
public sealed record ImageScanRequest
{
    /// <summary>The repository that holds the image.</summary>
    public required RepositoryReference Repository { get; init; }

    /// <summary>The digest of the platform's image manifest; for <see cref="ScanSubject.Image"/>, of what the tag names, index or manifest.
    /// Tools are given <c>repository@digest</c>, never a tag.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The image's platform; for <see cref="ScanSubject.Image"/>, the first of <see cref="Platforms"/>.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The manifests that the scan is about: for <see cref="ScanSubject.Platform"/> the one of <see cref="Digest"/>, for
    /// <see cref="ScanSubject.Image"/> those of all platforms that the resource chooses. An index may have several manifests of one platform: all of them are
    /// here.</summary>
    public IReadOnlyList<PlatformManifest> Platforms { get => field ?? [new PlatformManifest(Platform, Digest)]; init; }

    /// <summary>For <see cref="ScanSubject.Image"/>: the image's other platforms, which the resource does not choose, as far as the host knows them. What
    /// is attached to one of them is about this image too, but about nothing that is scanned.</summary>
    public IReadOnlyList<PlatformManifest> OtherPlatforms { get; init; } = [];

    /// <summary>What <see cref="Digest"/> names, its bytes verified. For a scanner with <see cref="ScannerDescriptor.NeedsManifest"/> it is always there.
    /// For any other it is null where the host has not read it to find out about the image just now, as where it knows the image from before, or reads
    /// another of its platforms, and where it has read more than it keeps: ask <see cref="Client"/>.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>The image's configuration, its bytes verified; there and null where <see cref="Manifest"/> is, but always null for an index and for what has
    /// no image configuration.</summary>
    public ImageConfiguration? Configuration { get; init; }

    /// <summary>Reads the repository, with the credentials and the request budget applied.</summary>
    public required IRegistryClient Client { get; init; }

    /// <summary>For a tool that opens its own connection. Passed in the environment or a private file, never in arguments.</summary>
    public RegistryCredential Credential { get; init; } = RegistryCredential.Anonymous;

    /// <summary>How a tool that opens its own connection verifies TLS.</summary>
    public TransportSecurity Security { get; init; } = TransportSecurity.Default;

    /// <summary>The resource's options for this scanner, an instance of <see cref="ScannerDescriptor.OptionsType"/>; null where it has none.</summary>
    public object? Options { get; init; }

    /// <summary>The content of the Secrets that <see cref="Options"/> name by <see cref="SecretKeyReference"/>.</summary>
    public ScanSecrets Secrets { get; init; } = ScanSecrets.None;

    /// <summary>
    /// For scanners of kind <see cref="ScannerKind.Provenance"/>: how signatures are verified; null where the resource does not say. What its Secrets hold
    /// is among <see cref="Secrets"/>.
    /// </summary>
    public VerificationPolicy? VerificationPolicy { get; init; }

    /// <summary>What is attached to the image; null where the host does not look it up, as for a scanner of <see cref="ScanScope.Registry"/>.</summary>
    public IImageAttachments? Attachments { get; init; }

    /// <summary>For scanners of kind <see cref="ScannerKind.Sbom"/>: the format asked for, one of <see cref="SbomFormat"/>.</summary>
    public string SbomFormat { get; init; } = Sboms.SbomFormat.SyftJson;

    /// <summary>
    /// What a scanner looked up after this time, and kept in its report (<see cref="Reports"/>), need not be looked up again: it is younger than the
    /// scan interval and than a user's request for a scan. Null where everything has to be looked up.
    /// </summary>
    public DateTimeOffset? StoredSince { get; init; }

    /// <summary>What is already known about the image; null where there is no report store.</summary>
    public IImageReports? Reports { get; init; }
}

/// <summary>What a scan found: a bounded summary for the resource's status and the full documents for the report store.</summary>
public record ImageScanResult
{
    /// <summary>The result for people, in one word or phrase, e.g. <c>Passed</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The result for gates and alerts. Shown for scanners without a section of their own.</summary>
    public ScanVerdict Verdict { get; init; }

    /// <summary>A few named figures or phrases. The host cuts what is too long.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A few named figures for metrics and comparisons, finite numbers. Shown as <see cref="Verdict"/> is. The host keeps 20.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>How the result was made where there are several ways, e.g. <see cref="ScanMethods.Sbom"/>.</summary>
    public string Method { get; init; } = ScanMethods.Image;

    /// <summary>The full documents, the main one first. A scanner of kind <see cref="ScannerKind.Sbom"/> returns at least one of
    /// <see cref="Sboms.SbomMediaTypes"/>, which the host reads.</summary>
    public IReadOnlyList<ReportDocument> Documents { get; init; } = [];
}

/// <summary>A full document made by a scanner.</summary>
/// <param name="MediaType">Its media type, e.g. <c>application/vnd.cyclonedx+json</c>.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ReportDocument(string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>How a result was made.</summary>
public static class ScanMethods
{
    /// <summary>By scanning the image.</summary>
    public const string Image = "image";

    /// <summary>By scanning an SBOM that an earlier scan stored, without the registry.</summary>
    public const string Sbom = "sbom";

    /// <summary>By using a document attached to the image.</summary>
    public const string Attached = "attached";
}
