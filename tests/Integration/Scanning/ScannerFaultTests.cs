using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>Scanners, tools and stores that do not do what they should: each image keeps what it has, with the reason beside it.</summary>
public class ScannerFaultTests
{
    private const string Repository = "shop/api";
    private const string Scanning = "  vulnerabilityScanning: {enabled: true}";

    /// <summary>Answers the question for the version, does <c>fault</c> with everything else.</summary>
    private const string Fault = """[[ $1 == version ]] && exec "$TRIVY" "$@"; """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exit1", """echo "FATAL disk full: no space left on device" >&2; exit 1""", "Failed", "no space left")]
    [InlineData("garbage", "echo garbage", "Failed", "JSON")]
    [InlineData("half", """echo '{"SchemaVersion": 2, "Results": ['""", "Failed", "JSON")]
    [InlineData("endless", "exec cat /dev/zero", "TooLarge", "")]
    [InlineData("hang", """(trap '' TERM; sleep 300) & sleep 300""", "TimedOut", "3 s")]
    public async Task Scan_ToolThatFails_LeavesTheLastResultWithTheReason(string fault, string script, string reason, string message)
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, "1.0.0", PackagedImages.Debian(1));
        await ScanAsync(tools, registry);
        registry.Add(Repository, "2.0.0", PackagedImages.Debian(2));
        tools.Set("RO_Scanning__TimeoutSeconds", "3");
        tools.Set("RO_Plugins__Trivy__MaximumOutputBytes", "50000000");
        tools.ReplaceTrivy(Fault + script);
        // Makes results of the first scan out of date, so that both images are due.
        await tools.UpdateDatabaseAsync("[]", _cancellation);

        var scanned = await ScanAsync(tools, registry);

        var known = scanned.Image("1.0.0")!["vulnerabilities"]!;
        ((int)known["total"]!).ShouldBe(4, fault);
        ((string?)known["reason"]).ShouldBe(reason);
        var unknown = scanned.Image("2.0.0")!["vulnerabilities"]!;
        unknown["total"].ShouldBeNull();
        ((string?)unknown["reason"]).ShouldBe(reason);
        ((string?)unknown["message"])!.ShouldContain(message);
        ((string?)scanned["status"]!["lastScanStatus"]).ShouldBe("Success");
        ProcessesWith("sleep", "300").ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_ToolThatIsMissing_SaysWhatToDoAndTheOthersGoOn()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, "1.0.0", PackagedImages.Debian(1));
        tools.Set("RO_Plugins__Syft__Path", "/no/such/syft");

        var scanned = await ScanAsync(tools, registry, Scanning + "\n  sbomGeneration: {enabled: true}");
        var image = scanned.Image("1.0.0")!;

        ((int)image["vulnerabilities"]!["total"]!).ShouldBe(4);
        var condition = scanned.Condition("ScannersReady")!;
        ((string?)condition["status"]).ShouldBe("False");
        ((string?)condition["message"])!.ShouldContain("Plugins:Syft:Path");
        ((string?)image["sbom"]!["reason"]).ShouldBe("ScannerUnavailable");
        ((string?)image["sbom"]!["message"])!.ShouldContain("correct Plugins:Syft:Path");
    }

    [Fact]
    public async Task Scan_DamagedStore_IsSetAsideAndTheReportsAreMadeAgain()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, "1.0.0", PackagedImages.Debian(1));
        await ScanAsync(tools, registry);
        var file = Directory.GetFiles(tools.Data, "reports.db").ShouldHaveSingleItem();
        await File.WriteAllBytesAsync(file, [.. Enumerable.Repeat((byte)0x55, 20_000)], _cancellation);

        ((int)(await ScanAsync(tools, registry)).Image("1.0.0")!["vulnerabilities"]!["total"]!).ShouldBe(4);
        Directory.GetFiles(tools.Data, "reports.db.damaged-*").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Kill_WhileScannersRun_TheNextOperatorGoesOnWhereItStopped()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        var runs = tools.ReplaceTrivy("""[[ $1 == image ]] && { echo "$@" >>"$RUNS"; sleep 0.5; }; exec "$TRIVY" "$@" """);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, Enumerable.Range(0, 12).Select(number => new TaggedManifest($"1.0.{number}", PackagedImages.Debian(number))));
        using var folder = new TemporaryFolder("folder");
        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository, Scanning));
        await using (var first = await RunningOperator.WithAsync(tools.Environment, "--directory", folder.Path))
        {
            await Wait.UntilAsync("some scans have run", () => Runs(runs) >= 6, Deadline, _cancellation);
            await first.KillAsync();
        }

        await using var second = await RunningOperator.WithAsync(tools.Environment, "--directory", folder.Path);
        await Wait.UntilAsync("all images have their counts", () => Status(folder) is { } status && status.Tags().Length == 12
            && status["status"]!["images"]!.AsArray().All(image => (int?)image!["vulnerabilities"]?["total"] == 4), Deadline, _cancellation);

        // What was under way when it was killed is the only work done twice.
        Runs(runs).ShouldBeLessThanOrEqualTo(12 + 4);
        ((string?)Status(folder)!["status"]!["lastScanStatus"]).ShouldBe("Success");
    }

    [Fact]
    public async Task Run_LongScan_PublishesTheImagesBeforeItEndsAndStopsAtOnce()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        tools.ReplaceTrivy(Fault + "sleep 300");
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, "1.0.0", PackagedImages.Debian(1));
        using var folder = new TemporaryFolder("folder");
        folder.Write("api.yaml", Resources.Registry("api", registry.Url, Repository, Scanning));
        await using var @operator = await RunningOperator.WithAsync(tools.Environment, "--directory", folder.Path);

        await Wait.UntilAsync("the image is there while its scan runs", () => Status(folder)?.Image("1.0.0")?["digest"] is not null, Deadline, _cancellation);
        ((string?)Status(folder)!.Condition("Reconciling")!["status"]).ShouldBe("True");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await @operator.StopAsync(TimeSpan.FromSeconds(20));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        ProcessesWith("sleep", "300").ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_DatabaseUpdatedBetweenTwoScansOfTheTags_IsMatchedWithoutARequestToTheRegistry()
    {
        using var tools = await ScannerTools.CreateAsync(_cancellation);
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, "1.0.0", PackagedImages.Debian(1));
        using var folder = new TemporaryFolder("folder");
        folder.Write("api.yaml", Resources.Registry(
            "api", registry.Url, Repository, "  scanInterval: 86400\n  vulnerabilityScanning: {enabled: true, scanInterval: 5}"));
        await using var @operator = await RunningOperator.WithAsync(tools.Environment, "--directory", folder.Path);
        await Wait.UntilAsync(
            "the image has its counts", () => (int?)Status(folder)?.Image("1.0.0")?["vulnerabilities"]?["total"] == 4, Deadline, _cancellation);
        registry.Log.Clear();

        await tools.UpdateDatabaseAsync("""
            - bucket: debian 12
              pairs:
                - bucket: bash
                  pairs:
                    - key: CVE-2099-0001
                      value: {FixedVersion: "9.0-1"}
            - bucket: vulnerability
              pairs:
                - key: CVE-2099-0001
                  value: {Title: "bash: made up", Severity: CRITICAL, VendorSeverity: {nvd: 4}}
            """, _cancellation);

        await Wait.UntilAsync(
            "the new vulnerability is counted", () => (int?)Status(folder)?.Image("1.0.0")?["vulnerabilities"]?["total"] == 5, Deadline, _cancellation);
        ((string?)Status(folder)!.Image("1.0.0")!["vulnerabilities"]!["method"]).ShouldBe("sbom");
        registry.RequestCount.ShouldBe(0);
    }

    private static int Runs(string file) => File.Exists(file) ? File.ReadAllLines(file).Length : 0;

    private static JsonNode? Status(TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, ".status", "default.api.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
    }

    private static async Task<JsonNode> ScanAsync(ScannerTools tools, InMemoryRegistry registry, string more = Scanning)
    {
        var resource = Resources.Registry("api", registry.Url, Repository, more);
        return JsonNode.Parse((await Product.RunAsync(["scan", "-f", "-", "-o", "json"], resource, tools.Environment)).EnsureSuccess().Output)!;
    }

    /// <summary>Processes whose command line is these words.</summary>
    private static List<string> ProcessesWith(params string[] words)
    {
        var wanted = string.Join('\0', words) + '\0';
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")) == wanted) found.Add(process);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }
}
