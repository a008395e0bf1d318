using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>
/// Makes SBOMs with Trivy, for installations without Syft: CycloneDX and SPDX. Trivy can't write Syft's own format: a request for it gets CycloneDX, and
/// the summary says so.
/// </summary>
internal sealed class TrivySbomScanner(TrivyExecutable executable, ImageRun images, TrivyOptions options) : IImageScanner
{
    /// <summary>The summary's entry for the document's format.</summary>
    public const string FormatEntry = "format";

    private const string Verdict = "Generated";
    private const string OutputFile = "sbom.json";
    private readonly TrivyArguments _arguments = new(options);

    /// <inheritdoc/>
    // Results of version 1 are not found by the names of source packages.
    public ScannerDescriptor Descriptor { get; } = new(TrivyScanner.Name, ScannerKind.Sbom, "2")
    {
        Description = "Packages of an image as a CycloneDX or SPDX document, by Trivy.",
        IsRepeatable = true,
    };

    /// <inheritdoc/>
    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await executable.CheckAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (trivyName, format) = request.SbomFormat switch
        {
            SbomFormat.CycloneDxJson or SbomFormat.SyftJson => ("cyclonedx", SbomFormat.CycloneDxJson),
            SbomFormat.SpdxJson => ("spdx-json", SbomFormat.SpdxJson),
            var other => throw new ScanException(
                ScanReasons.Failed, $"'{other}' is no SBOM format that Trivy writes: ask for {SbomFormat.CycloneDxJson} or {SbomFormat.SpdxJson}."),
        };
        if (executable.Find() is null) throw new ScanException(ScanReasons.ScannerUnavailable, TrivyExecutable.NotInstalled);
        await using var folder = executable.CreateFolder();
        await images.RunAsync(request, _arguments.ListPackages(request, trivyName), folder, OutputFile, cancellationToken);
        var content = await File.ReadAllBytesAsync(Path.Combine(folder.Path, OutputFile), cancellationToken);
        if (content.Length == 0) throw new ScanException(ScanReasons.Failed, "Trivy wrote no SBOM though it says that all is well.");
        return new ImageScanResult
        {
            Result = Verdict,
            Summary = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [FormatEntry] = request.SbomFormat == format ? format : $"{format} ({request.SbomFormat} needs Syft)",
            },
            Documents = [new ReportDocument(SbomFormat.MediaTypeOf(format)!, content)],
        };
    }
}
