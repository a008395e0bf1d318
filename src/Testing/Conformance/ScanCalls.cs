using System.Collections.ObjectModel;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Testing.Attachments;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Conformance;

/// <summary>What both kinds of scan have in common, as far as the checks look.</summary>
internal abstract class ScanCalls
{
    /// <summary>How a violation names the call.</summary>
    public abstract string What { get; }

    /// <summary>Scans; the answer lists what is wrong with the result.</summary>
    public abstract Task<IReadOnlyList<string>> ScanAsync(
        IRegistryClient client, string tag, Digest digest, TestImage? image, CancellationToken cancellationToken);

    protected static IEnumerable<string> CheckSummary(string? result, IReadOnlyDictionary<string, string>? summary)
    {
        if (string.IsNullOrWhiteSpace(result)) yield return "the result has an empty verdict";
        if (summary is null) yield return "the summary is null";
        else if (summary.Any(entry => entry.Key.Length == 0 || entry.Value is null)) yield return "the summary has an empty name or a null value";
    }

    protected static IEnumerable<string> CheckFigures(IReadOnlyDictionary<string, double>? figures)
    {
        if (figures is null) yield return "the figures are null";
        foreach (var (name, value) in figures ?? ReadOnlyDictionary<string, double>.Empty)
        {
            if (name.Length == 0) yield return "a figure has an empty name";
            if (!double.IsFinite(value)) yield return FormattableString.Invariant($"the figure '{name}' is {value}: expected a finite number");
        }
    }

    protected static IEnumerable<string> CheckDocuments(IReadOnlyList<ReportDocument>? documents)
    {
        if (documents is null) yield return "the list of documents is null";
        foreach (var document in documents ?? [])
        {
            if (!document.MediaType.Contains('/', StringComparison.Ordinal)) yield return $"a document's media type is '{document.MediaType}'";
            if (document.Content.IsEmpty) yield return "a document is empty";
        }
    }
}

/// <summary>Scans of one image.</summary>
internal sealed class ImageScanCalls(IImageScanner scanner, ScannerConformanceOptions options) : ScanCalls
{
    private const long LargestConfiguration = 4 * 1024 * 1024;

    public override string What => "The image scan";

    public override async Task<IReadOnlyList<string>> ScanAsync(
        IRegistryClient client, string tag, Digest digest, TestImage? image, CancellationToken cancellationToken)
    {
        var (manifest, configuration) = scanner.Descriptor.NeedsManifest ? await ReadAsync(client, digest, cancellationToken) : default;
        var result = await scanner.ScanAsync(
            new ImageScanRequest
            {
                Repository = client.Repository,
                Digest = digest,
                Platform = image?.Platform ?? Platform.Parse("linux/amd64"),
                Manifest = manifest,
                Configuration = configuration,
                Client = client,
                Options = options.ScannerOptions,
                Reports = options.Reports,
                Secrets = options.Secrets,
                Attachments = options.Attachments ?? (scanner.Descriptor.Scope is ScanScope.Repository ? new RegistryAttachments(client, digest) : null),
            },
            cancellationToken);
        return result is null
            ? ["it returned null"]
            : [.. CheckSummary(result.Result, result.Summary), .. CheckFigures(result.Figures), .. CheckDocuments(result.Documents), .. CheckKind(result)];
    }

    /// <summary>As the host does for a scanner that needs them.</summary>
    private static async Task<(Manifest Manifest, ImageConfiguration? Configuration)> ReadAsync(
        IRegistryClient client, Digest digest, CancellationToken cancellationToken)
    {
        var manifest = await client.GetManifestAsync(digest.ToString(), cancellationToken);
        if (!MediaTypes.IsManifest(manifest.MediaType) || manifest.ReadImageManifest().Config is not { } configuration) return (manifest, null);
        if (!MediaTypes.IsImageConfig(configuration.MediaType)) return (manifest, null);
        var content = await client.ReadBlobAsync(configuration, LargestConfiguration, cancellationToken);
        return (manifest, OciDocument.ReadImageConfiguration(content.Span));
    }

    /// <summary>The host makes more of results of some kinds, and needs them in a form it can read.</summary>
    private IEnumerable<string> CheckKind(ImageScanResult result)
    {
        var kind = scanner.Descriptor.Kind;
        if (kind == ScannerKind.Vulnerability && result is not VulnerabilityScanResult)
            yield return $"a scanner of kind {kind} returns a {nameof(VulnerabilityScanResult)}";
        if (kind == ScannerKind.Provenance && result is not ProvenanceScanResult)
            yield return $"a scanner of kind {kind} returns a {nameof(ProvenanceScanResult)}";
        if (kind == ScannerKind.Sbom && result.Documents?.Any(document => SbomMediaTypes.IsSbom(document.MediaType)) is not true)
            yield return $"a scanner of kind {kind} returns a document of one of {nameof(SbomMediaTypes)}";
    }
}

/// <summary>Scans of a repository's images together.</summary>
internal sealed class RegistryScanCalls(IRegistryScanner scanner, ScannerConformanceOptions options) : ScanCalls
{
    public override string What => "The registry scan";

    public override async Task<IReadOnlyList<string>> ScanAsync(
        IRegistryClient client, string tag, Digest digest, TestImage? image, CancellationToken cancellationToken)
    {
        var result = await scanner.ScanAsync(
            new RegistryScanRequest
            {
                Repository = client.Repository,
                Images =
                [
                    new TaggedImage(tag, digest, ImageBuilder.DefaultCreated, image?.TotalSize ?? 0)
                    {
                        Platforms = [new PlatformManifest(image?.Platform ?? Platform.Parse("linux/amd64"), digest)],
                        FirstSeen = ImageBuilder.DefaultCreated,
                    },
                ],
                Tags = [tag],
                IsTagListComplete = true,
                Workloads = options.Workloads,
                Results = options.Results,
                Client = client,
                Options = options.ScannerOptions,
                Secrets = options.Secrets,
            },
            cancellationToken);
        return result is null
            ? ["it returned null"]
            : [.. CheckSummary(result.Result, result.Summary), .. CheckFigures(result.Figures), .. CheckDocuments(result.Documents), .. CheckKind(result)];
    }

    private IEnumerable<string> CheckKind(RegistryScanResult result)
    {
        var kind = scanner.Descriptor.Kind;
        if (kind == ScannerKind.Drift && result is not DriftScanResult) yield return $"a scanner of kind {kind} returns a {nameof(DriftScanResult)}";
    }
}
