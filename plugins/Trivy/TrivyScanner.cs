using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;
using RegistryOperator.Plugins.Trivy.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Trivy;

/// <summary>
/// Finds known vulnerabilities with Trivy (<see href="https://trivy.dev"/>). The first scan of an image keeps its SBOM beside the report; after that only
/// the database changes, and scanning the SBOM finds the same as scanning the image, without the registry. Where that finds less than the last scan,
/// the image is scanned to confirm it; where the image has what the SBOM lacks, no SBOM is kept from then on.
/// </summary>
internal sealed partial class TrivyScanner(
    TrivyExecutable executable, ImageRun images, TrivyVersions versions, TrivyDatabase database, TrivyOptions options, ILogger<TrivyScanner> logger)
    : IImageScanner
{
    /// <summary>The scanner's name.</summary>
    public const string Name = "trivy";

    private const string Verdict = "Scanned";
    private const string ReportFile = "report.json";
    private const string SbomFile = "image.cdx.json";

    private static ReadOnlySpan<byte> PackageUrlName => "\"purl\""u8;

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
        if (executable.Find() is null) throw new ScanException(ScanReasons.ScannerUnavailable, TrivyExecutable.NotInstalled);
        if (options.Server is null) await database.EnsureAsync(cancellationToken);
        var earlier = await FindEarlierAsync(request, cancellationToken);
        if (earlier is not { Sbom: { } sbom, Findings: { } before } || await TryScanSbomAsync(request, sbom, cancellationToken) is not { } fromSbom)
            return await ScanImageAsync(request, keepsSbom: earlier?.IsSbomUseless is not true, cancellationToken);
        var now = Finding.Of(fromSbom.Vulnerabilities);
        var lost = before.Count(finding => !now.Contains(finding));
        if (lost == 0) return fromSbom;
        // Either withdrawn or not visible in an SBOM: only a scan of the image tells.
        LogLost(request.Repository, request.Digest.ToString(), lost);
        var fromImage = await ScanImageAsync(request, keepsSbom: true, cancellationToken);
        if (now.IsSupersetOf(Finding.Of(fromImage.Vulnerabilities))) return fromImage;
        LogSbomIncomplete(request.Repository, request.Digest.ToString());
        return WithoutSbom(fromImage);
    }

    /// <summary>What an earlier scan by this Trivy has left; null where there is nothing to go by.</summary>
    private async Task<EarlierScan?> FindEarlierAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        if (request.Reports is null || await request.Reports.FindAsync(ScannerKind.Vulnerability, Name, cancellationToken) is not { } report) return null;
        var now = await versions.CheckAsync(cancellationToken);
        // Another Trivy may find other packages.
        if (!now.IsReady || now.ToolVersion != report.ToolVersion) return null;
        // With the same database, a user has asked for a new scan, and means the image.
        return EarlierScan.Read(report, withFindings: now.DatabaseVersion != report.DatabaseVersion);
    }

    private async Task<VulnerabilityScanResult?> TryScanSbomAsync(ImageScanRequest request, ReportDocument sbom, CancellationToken cancellationToken)
    {
        await using var folder = executable.CreateFolder();
        var file = await folder.WriteFileAsync(SbomFile, sbom.Content, cancellationToken);
        var run = new TrivyRun { Arguments = _arguments.ScanSbom(file), Folder = folder, OutputFile = ReportFile, OpensCache = true };
        var result = await executable.RunAsync(run, cancellationToken);
        if (result.ExitCode != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = TrivyFailure.Recognise(result, request.Credential) ?? TrivyFailure.Unknown(result, request.Credential);
            LogSbomUnusable(request.Repository, request.Digest.ToString(), failure.Message);
            return null;
        }

        var report = ArtifactName.Replace(await ReadAsync(folder, ReportFile, cancellationToken), file, TrivyArguments.Reference(request));
        return CreateResult(report, sbom, ScanMethods.Sbom);
    }

    private async Task<VulnerabilityScanResult> ScanImageAsync(ImageScanRequest request, bool keepsSbom, CancellationToken cancellationToken)
    {
        await using var folder = executable.CreateFolder();
        var log = await images.RunAsync(request, _arguments.ScanImage(request), folder, ReportFile, cancellationToken);
        var report = await ReadAsync(folder, ReportFile, cancellationToken);
        var result = CreateResult(report, sbom: null, ScanMethods.Image);
        if (!keepsSbom) return result;
        var toolVersion = (await executable.CheckAsync(cancellationToken)).ToolVersion;
        return MakeSbom(request, report, log, toolVersion) is { } sbom ? result with { Documents = [.. result.Documents, sbom] } : result;
    }

    // Here rather than by `trivy convert`: a second process takes as long as half the scan of a small image.
    private ReportDocument? MakeSbom(ImageScanRequest request, ReadOnlyMemory<byte> content, string log, string? toolVersion)
    {
        string reason;
        try
        {
            var report = PackageReport.Read(content.Span);
            if (ReadBack.FindObstacle(report, log) is not { } obstacle)
                return new ReportDocument(SbomMediaTypes.CycloneDxJson, CycloneDxWriter.Write(report, toolVersion));
            reason = obstacle;
        }
        catch (JsonException exception)
        {
            reason = exception.Message;
        }

        // The vulnerabilities are there all the same; the next scan looks into the image again.
        LogNoSbom(request.Repository, request.Digest.ToString(), OutsideText.Of(reason));
        return null;
    }

    private static VulnerabilityScanResult WithoutSbom(VulnerabilityScanResult result) =>
        result with { Documents = [.. result.Documents.Where(document => document.MediaType != SbomMediaTypes.CycloneDxJson)] };

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
                // A scan of an SBOM lists only packages with vulnerabilities.
                IsNothingRecognized = !report.HasResults && !(sbom is not null && NamesPackages(sbom.Content.Span)),
                Documents = sbom is null ? [main] : [main, sbom],
            };
        }
        catch (TrivyReportException exception)
        {
            throw new ScanException(ScanReasons.Failed, exception.Message, exception);
        }
    }

    /// <summary>True where an SBOM has the URL of a package: the image itself has one as well.</summary>
    private static bool NamesPackages(ReadOnlySpan<byte> sbom)
    {
        for (var rest = sbom; rest.IndexOf(PackageUrlName) is var found and >= 0;)
        {
            rest = rest[(found + PackageUrlName.Length)..];
            if (!rest.TrimStart(" :\""u8).StartsWith("pkg:oci/"u8)) return true;
        }

        return false;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IToolFolder folder, string file, CancellationToken cancellationToken) =>
        await File.ReadAllBytesAsync(Path.Combine(folder.Path, file), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The SBOM kept of {Repository}@{Digest} can't be scanned, so the image is: {Reason}")]
    private partial void LogSbomUnusable(RepositoryReference repository, string digest, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Count} vulnerabilities of {Repository}@{Digest} are not found in its SBOM any more, so the image is looked into")]
    private partial void LogLost(RepositoryReference repository, string digest, int count);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The SBOM of {Repository}@{Digest} lacks what the image has: none is kept, later scans will need the image")]
    private partial void LogSbomIncomplete(RepositoryReference repository, string digest);

    [LoggerMessage(Level = LogLevel.Information, Message = "No SBOM of {Repository}@{Digest} is kept, later scans will need the image: {Reason}")]
    private partial void LogNoSbom(RepositoryReference repository, string digest, string reason);
}
