using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Syft.Documents;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;

namespace RegistryOperator.Plugins.Syft;

/// <summary>Makes an image's SBOM with Syft (<see href="https://github.com/anchore/syft"/>).</summary>
internal sealed partial class SyftScanner(SyftExecutable executable, SyftOptions options, ILogger<SyftScanner> logger) : IImageScanner
{
    /// <summary>The verdict of every scan that has a result.</summary>
    public const string Generated = "Generated";

    /// <summary>The summary's entry with the number of packages.</summary>
    public const string PackagesEntry = "packages";

    private const string OutputFile = "sbom.json";

    /// <inheritdoc/>
    // Another scope is another result: what was made with the earlier one becomes due. Results of version 1 are not found by the names of source packages.
    public ScannerDescriptor Descriptor { get; } = new("syft", ScannerKind.Sbom, options.Scope is { } scope ? $"2-{scope}" : "2")
    {
        Description = "Software bill of materials of an image, made by Syft.",
        IsRepeatable = true,
    };

    /// <inheritdoc/>
    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => await executable.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var mediaType = SbomFormat.MediaTypeOf(request.SbomFormat)
            ?? throw new ScanException(ScanReasons.Failed, $"'{request.SbomFormat}' is not an SBOM format: use {string.Join(", ", SbomFormat.All)}.");
        if (executable.Find() is null) throw new ScanException(ScanReasons.ScannerUnavailable, executable.NotInstalled);

        await using var folder = executable.CreateFolder();
        var output = Path.Combine(folder.Path, OutputFile);
        var run = await SyftRun.PrepareAsync(request, options, folder, cancellationToken) with { OutputFile = output };
        var result = await executable.RunAsync(run, cancellationToken);
        if (result.ExitCode != 0)
        {
            // After a cancellation, the cause in the log may be any.
            cancellationToken.ThrowIfCancellationRequested();
            throw SyftFailure.Explain(result, request.Credential);
        }

        // The report takes the bytes as they are, so they are held once and checked where they lie.
        var content = await File.ReadAllBytesAsync(output, cancellationToken);
        var packages = SbomCheck.CountPackages(content, request.SbomFormat);
        LogScanned(request.Repository.Name, request.Digest.ToString(), packages, result.Duration, result.PeakMemory);
        return new ImageScanResult
        {
            Result = Generated,
            Summary = new Dictionary<string, string>(StringComparer.Ordinal) { [PackagesEntry] = packages.ToString() },
            Documents = [new ReportDocument(mediaType, content)],
        };
    }

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "Syft found {Packages} packages in {Repository}@{Digest} in {Duration}, with {PeakMemory} bytes of memory")]
    private partial void LogScanned(string repository, string digest, int packages, TimeSpan duration, long? peakMemory);
}
