using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>Runs the program's command line over a real store.</summary>
public sealed class CommandSandbox : IAsyncDisposable
{
    /// <summary>What a scanner might write: order, spaces and line ends must come out as they went in.</summary>
    internal const string TrivyDocument = "{ \"b\": 1,\r\n  \"a\": [\"ü\", 1.10] }\n\n";

    private readonly ReportSandbox _reports = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal string DataDirectory => _reports.DataDirectory;

    private const string Registry = "http://localhost:5000";

    internal static Digest Amd64 => Image("web on amd64");

    internal static Digest Arm64 => Image("web on arm64");

    /// <summary>An image of two platforms with a vulnerability report and an SBOM of one, and a second image.</summary>
    internal async Task FillAsync()
    {
        await using var store = await _reports.OpenAsync();
        var platforms = new Dictionary<string, Digest> { ["linux/amd64"] = Amd64, ["linux/arm64/v8"] = Arm64 };
        var image = new StoredImage("localhost:5000/team/web", "1.0", Image("web"), platforms) { Workloads = ["Deployment/shop/web"] };
        await store.SetImagesAsync(Shop, [image, Tagged("2.0", Image("two"), "localhost:5000/team/web")], Token);
        await SaveAsync(
            SampleReports.Vulnerabilities(
                Amd64,
                Found("CVE-2026-3", "curl", "8.0", "8.1", Severity.Medium) with { CvssScore = 6.5, Title = "A [red]bracketed[/] title" },
                Found("CVE-2026-1", "bash", "5.0") with { Status = "affected" },
                Found("CVE-2026-2", "openssl", "3.0.9", "3.0.11", Severity.Critical) with
                {
                    CvssScore = 9.8,
                    PrimaryUrl = "https://avd.example.com/cve-2026-2",
                    Weaknesses = ["CWE-79"],
                    PackagePath = "usr/lib/ssl 1.so",
                },
                Found("CVE-2026-2", "libssl3", "3.0.9", "3.0.11", Severity.Low),
                Found("GHSA-aaaa-bbbb-cccc", "left-pad", "1.0.0", severity: Severity.Unknown)) with
            {
                Documents = [Document(TrivyDocument)],
            });
        await SaveAsync(
            Sbom(Amd64, Package("bash", "5.0"), Package("openssl", "3.0.9"), Package("left-pad", "1.0.0", "npm")) with
            {
                Documents = [Document("{\"syft\":1}", SbomMediaTypes.SyftJson), Document("{\"cyclonedx\":1}", SbomMediaTypes.CycloneDxJson)],
            });
        await SaveAsync(New(Image("two"), ScannerKind.Custom, "licences") with { Documents = [] });

        Task SaveAsync(NewReport report) => store.SaveAsync(report.From(Registry), Token);
    }

    /// <summary>Adds a report about the index of <c>team/web:1.0</c>, and one over all images of the resource.</summary>
    internal async Task AddReportsOfTheWholeAsync()
    {
        await using var store = await _reports.OpenAsync();
        var signatures = New(Image("web"), ScannerKind.Custom, "signatures") with { Documents = [Document("{\"signed\":1}")] };
        await store.SaveAsync(signatures.From(Registry), Token);
        await store.SaveAsync(OverAll("drift") with { Content = """{"result":"Compared","workloads":[]}"""u8.ToArray() }, [Document("[1]")], Token);
    }

    internal Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(new CommandSetup(), arguments);

    internal async Task<(int ExitCode, string Output, string Error)> RunAsync(CommandSetup setup, params string[] arguments)
    {
        var run = await CommandRun.StartAsync(setup, [.. arguments, "--data-dir", DataDirectory]);
        return (run.ExitCode, run.Output, run.Error);
    }

    public ValueTask DisposeAsync() => _reports.DisposeAsync();
}
