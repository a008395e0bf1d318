using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Reports;
using RegistryOperator.Plugins.Trivy.Reports.CycloneDx;
using RegistryOperator.Plugins.Trivy.Running;
using RegistryOperator.Plugins.Trivy.Versions;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>
/// Finds known vulnerabilities with Trivy (<see href="https://trivy.dev"/>). The first scan of an image keeps its SBOM beside the report; after that only
/// the database changes, and a look into the SBOM finds the same as one into the image, without the registry.
/// </summary>
internal sealed partial class TrivyScanner(
    TrivyTool tool, ImageRun images, TrivyVersions versions, TrivyDatabase database, TrivyOptions options, ILogger<TrivyScanner> logger) : IImageScanner
{
    /// <summary>The scanner's name.</summary>
    public const string Name = "trivy";

    private const string Verdict = "Scanned";
    private const string ReportFile = "report.json";
    private const string SbomFile = "image.cdx.json";

    private readonly TrivyArguments _arguments = new(options);

    /// <inheritdoc/>
    public ScannerDescriptor Descriptor { get; } = new(Name, ScannerKind.Vulnerability, "1")
    {
        Description = "Known vulnerabilities of operating system and language packages, by Trivy.",
        IsRepeatable = true,
    };

    /// <inheritdoc/>
    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await versions.CheckAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (tool.Find() is null) throw new ScanException(ScanReasons.ScannerUnavailable, TrivyTool.NotInstalled);
        if (options.Server is null) await database.EnsureAsync(cancellationToken);
        if (await FindSbomAsync(request, cancellationToken) is { } sbom && await TryScanSbomAsync(request, sbom, cancellationToken) is { } result) return result;
        return await ScanImageAsync(request, cancellationToken);
    }

    /// <summary>The SBOM of an earlier scan by this Trivy with another database; null where the image itself is to be looked into.</summary>
    private async Task<ReportDocument?> FindSbomAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        if (request.Reports is null || await request.Reports.FindAsync(ScannerKind.Vulnerability, Name, cancellationToken) is not { } earlier) return null;
        var now = await versions.CheckAsync(cancellationToken);
        // Another Trivy may find other packages. With the same database somebody asks for the same scan again, and means the image.
        if (!now.IsReady || now.ToolVersion != earlier.ToolVersion || now.DatabaseVersion == earlier.DatabaseVersion) return null;
        return earlier.Documents.FirstOrDefault(document => document.MediaType == SbomMediaTypes.CycloneDxJson);
    }

    private async Task<ImageScanResult?> TryScanSbomAsync(ImageScanRequest request, ReportDocument sbom, CancellationToken cancellationToken)
    {
        await using var folder = tool.CreateFolder();
        var file = await folder.WriteFileAsync(SbomFile, sbom.Content, cancellationToken);
        var result = await tool.RunAsync(new TrivyCall { Arguments = _arguments.ScanSbom(file), Folder = folder, OutputFile = ReportFile, OpensCache = true }, cancellationToken);
        if (result.ExitCode != 0)
        {
            LogSbomUnusable(request.Repository, request.Digest.ToString(), (TrivyFailure.Recognise(result, request.Credential) ?? TrivyFailure.Unknown(result, request.Credential)).Message);
            return null;
        }

        var report = ArtifactName.Replace(await ReadAsync(folder, ReportFile, cancellationToken), file, TrivyArguments.Reference(request));
        return CreateResult(report, sbom, ScanMethods.Sbom);
    }

    private async Task<ImageScanResult> ScanImageAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        await using var folder = tool.CreateFolder();
        await images.RunAsync(request, _arguments.ScanImage(request), folder, ReportFile, cancellationToken);
        var report = await ReadAsync(folder, ReportFile, cancellationToken);
        var result = CreateResult(report, sbom: null, ScanMethods.Image);
        return MakeSbom(request, report) is { } sbom ? result with { Documents = [.. result.Documents, sbom] } : result;
    }

    // Here rather than by `trivy convert`: a second process takes as long as half the scan of a small image.
    private ReportDocument? MakeSbom(ImageScanRequest request, ReadOnlyMemory<byte> content)
    {
        string reason;
        try
        {
            var report = PackageReport.Read(content.Span);
            if (ReadBack.FindObstacle(report) is not { } obstacle) return new ReportDocument(SbomMediaTypes.CycloneDxJson, CycloneDxWriter.Write(report));
            reason = obstacle;
        }
        catch (JsonException exception)
        {
            reason = exception.Message;
        }

        // The vulnerabilities are there all the same; the next scan looks into the image again.
        LogNoSbom(request.Repository, request.Digest.ToString(), reason);
        return null;
    }

    private static VulnerabilityScanResult CreateResult(ReadOnlyMemory<byte> content, ReportDocument? sbom, string method)
    {
        try
        {
            var report = TrivyReportReader.Read(content.Span);
            var main = new ReportDocument(TrivyMediaTypes.Report, content);
            return new VulnerabilityScanResult
            {
                Result = Verdict,
                Method = method,
                Vulnerabilities = report.Vulnerabilities,
                OperatingSystem = report.OperatingSystem,
                Documents = sbom is null ? [main] : [main, sbom],
            };
        }
        catch (TrivyReportException exception)
        {
            throw new ScanException(ScanReasons.Failed, exception.Message, exception);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IToolFolder folder, string file, CancellationToken cancellationToken) =>
        await File.ReadAllBytesAsync(Path.Combine(folder.Path, file), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The SBOM kept of {Repository}@{Digest} can't be scanned, so the image is: {Reason}")]
    private partial void LogSbomUnusable(RepositoryReference repository, string digest, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "No SBOM of {Repository}@{Digest} is kept, later scans will need the image: {Reason}")]
    private partial void LogNoSbom(RepositoryReference repository, string digest, string reason);
}
