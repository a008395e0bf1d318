using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace Fixtures.OlderContract;

/// <summary>Finds one vulnerability in every image.</summary>
internal sealed class AdvisoryScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("advisories", ScannerKind.Vulnerability, "1") { IsRepeatable = true };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScannerReadiness.Ready("1.0") with { DatabaseVersion = "7" });

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<ImageScanResult>(new VulnerabilityScanResult
        {
            Result = "Found",
            Vulnerabilities = [new Vulnerability { Id = "CVE-2026-0001", Severity = Severity.High, Package = "openssl", FixedVersion = "3.0.16" }],
            OperatingSystem = new OperatingSystemRelease("debian", "12.5", IsEndOfLife: false),
            Documents = [new ReportDocument("text/plain", "one"u8.ToArray())],
        });
}

public sealed record OwnerOptions
{
    public string Owner { get; init; } = "";
}

/// <summary>Repeats all it was given, and fails where it was given no owner.</summary>
internal sealed class OwnerScanner(TeamName team, IToolRunner tools) : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("owner", ScannerKind.Custom, "1")
    {
        OptionsType = typeof(OwnerOptions),
        Needs = [ScannerKind.Vulnerability],
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var (registry, repository) = request.Repository;
        if (request.Options is not OwnerOptions { Owner: { Length: > 0 } owner }) throw new ScanException(ScanReasons.Failed, $"Nobody owns {repository}.");
        var manifest = await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken);
        var copy = request with { Credential = RegistryCredential.Anonymous };
        var command = new ToolCommand { Executable = tools.Find("echo")!, Arguments = [team.Value] } with { MaximumOutput = 64 };
        var told = await tools.RunAsync(command, cancellationToken);
        return new ImageScanResult
        {
            Result = "Passed",
            Summary = new Dictionary<string, string>
            {
                ["owner"] = $"{told.Output.Trim()}/{owner}",
                ["image"] = $"{registry.Host}/{repository} {copy.Platform} {manifest.ReadImageManifest().Layers?.Count}",
                ["same"] = $"{copy == request}",
            },
        };
    }
}

/// <summary>Counts what a resource has.</summary>
internal sealed class TagCountScanner : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = new("tag-count", ScannerKind.Drift, "1");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScannerReadiness.Unavailable("Nobody counts."));

    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        var (tag, _, _, size) = request.Images[0];
        return Task.FromResult(new RegistryScanResult
        {
            Result = "Counted",
            Summary = new Dictionary<string, string> { [tag] = $"{size} of {request.Images.Count}" },
        });
    }
}
