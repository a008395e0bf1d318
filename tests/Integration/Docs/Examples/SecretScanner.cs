using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Integration.Tests.Docs.Examples;

/// <summary>Secrets that were left in an image, found by Trivy: the example of a scanner that runs a tool in docs/plugin-authoring.md.</summary>
public sealed class SecretScanner(IToolRunner tools) : IImageScanner
{
    private const string NotInstalled = "Trivy is not installed: put `trivy` on the PATH.";

    public ScannerDescriptor Descriptor { get; } = new("secrets", ScannerKind.Custom, "1.0.0")
    {
        Description = "Secrets that were left in an image.",
        IsRepeatable = true,
    };

    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        if (tools.Find("trivy") is not { } trivy) return ScannerReadiness.Unavailable(NotInstalled);
        var version = await tools.RunAsync(new ToolCommand { Executable = trivy, Arguments = ["--version"] }, cancellationToken);
        return version.ExitCode == 0
            ? ScannerReadiness.Ready(version.Output.Split('\n')[0].Replace("Version: ", "", StringComparison.Ordinal))
            : ScannerReadiness.Unavailable($"'{trivy} --version' ended with exit code {version.ExitCode}: install Trivy anew.");
    }

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var trivy = tools.Find("trivy") ?? throw new ScanException(ScanReasons.ScannerUnavailable, NotInstalled);
        await using var folder = tools.CreateFolder();
        var report = Path.Combine(folder.Path, "report.json");
        var result = await tools.RunAsync(
            new ToolCommand
            {
                Executable = trivy,
                Arguments = ["image", "--scanners", "secret", "--format", "json", "--image-src", "remote", $"{request.Repository.Name}@{request.Digest}"],
                Environment = Variables(request, folder),
                OutputFile = report,
            },
            cancellationToken);
        if (result.ExitCode != 0) throw new ScanException(ScanReasons.Failed, $"Trivy ended with exit code {result.ExitCode}: {result.ErrorTail.Trim()}");

        var content = await File.ReadAllBytesAsync(report, cancellationToken);
        var secrets = Count(content);
        return new ImageScanResult
        {
            Result = secrets == 0 ? "Passed" : "Failed",
            Summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["secrets"] = $"{secrets}" },
            Documents = [new ReportDocument("application/vnd.aquasec.trivy.report+json", content)],
        };
    }

    // A credential goes into the environment or a file of the private folder; arguments are seen by every user of the machine.
    private static Dictionary<string, string> Variables(ImageScanRequest request, IToolFolder folder)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TRIVY_CACHE_DIR"] = folder.Path,
            ["DOCKER_CONFIG"] = folder.Path,
            ["TRIVY_SKIP_VERSION_CHECK"] = "true",
            ["TRIVY_DISABLE_TELEMETRY"] = "true",
        };
        // Not "false" for https: Trivy takes any value for yes.
        if (request.Repository.Registry.Scheme == "http") variables["TRIVY_NON_SSL"] = "true";
        if (request.Credential is RegistryCredential.UsernamePassword(var username, var password))
            (variables["TRIVY_USERNAME"], variables["TRIVY_PASSWORD"]) = (username, password);
        return variables;
    }

    private static int Count(ReadOnlyMemory<byte> content)
    {
        using var report = JsonDocument.Parse(content);
        return report.RootElement.TryGetProperty("Results", out var results)
            ? results.EnumerateArray().Sum(result => result.TryGetProperty("Secrets", out var secrets) ? secrets.GetArrayLength() : 0)
            : 0;
    }
}
