using System.Runtime.CompilerServices;
using static RegistryOperator.Host.Tests.Cli.CommandSandbox;

namespace RegistryOperator.Host.Tests.Cli.Reports;

public sealed class ReportCommandTests : IAsyncLifetime
{
    private readonly CommandSandbox _sandbox = new();

    public async ValueTask InitializeAsync() => await _sandbox.FillAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Report_Table_ShowsAllReportsWorstFirst()
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("report", "localhost:5000/team/web:1.0");

        error.ShouldBe($"notice: there is no such report about localhost:5000/team/web:1.0 on linux/arm64/v8.{Environment.NewLine}");
        exitCode.ShouldBe(0);
        Trim(output).ShouldBe(await File.ReadAllTextAsync(Golden(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Report_ReportAboutTheIndex_IsShownAfterThoseOfThePlatforms()
    {
        await _sandbox.AddReportsOfTheWholeAsync();

        var (exitCode, output, error) = await _sandbox.RunAsync("report", "team/web:1.0");

        error.ShouldBe($"notice: there is no such report about localhost:5000/team/web:1.0 on linux/arm64/v8.{Environment.NewLine}");
        exitCode.ShouldBe(0);
        var headings = Trim(output).Split('\n').Where(line => line.StartsWith("localhost:", StringComparison.Ordinal));
        headings.ShouldBe(["localhost:5000/team/web:1.0  linux/amd64", "localhost:5000/team/web:1.0  all platforms together"]);
    }

    [Theory]
    [InlineData("vuln", "vulnerability")]
    [InlineData("vulnerabilty", "vulnerability")]
    [InlineData("SBM", "sbom")]
    public async Task Report_KindThatIsMisspelt_NamesTheNearest(string kind, string meant)
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("report", "1.0", "--kind", kind);

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldStartWith($"error: --kind {kind}: there is no such kind; did you mean {meant}?");
    }

    [Theory]
    [InlineData("1.0 --scanner signatures -o json", "{\"signed\":1}", 0)]
    [InlineData("1.0 --scanner trivy", "all platforms together", null)]
    [InlineData("1.0 --platform linux/amd64", "all platforms together", null)]
    [InlineData("shop/web", "all images together", 0)]
    [InlineData("shop/web --kind drift -o json", "[1]", 0)]
    [InlineData("shop/other", "", 2)] // the name of no image
    [InlineData("http://localhost:5000/team/web:1.0", "all platforms together", 0)]
    [InlineData("shop/web:1.0", "all platforms together", 0)]
    public async Task Report_OfTheWhole_IsPrintedWhereItIsMeant(string arguments, string text, int? exitCodeWithText)
    {
        await _sandbox.AddReportsOfTheWholeAsync();

        var (exitCode, output, _) = await _sandbox.RunAsync(["report", .. arguments.Split(' ')]);

        if (exitCodeWithText is { } expected) (exitCode, output.Contains(text, StringComparison.Ordinal)).ShouldBe((expected, true));
        else (exitCode, output.Contains(text, StringComparison.Ordinal)).ShouldBe((0, false));
    }

    [Theory]
    [InlineData(
        "shop/web", 1,
        "There is no report about all images of shop/web together: name one of its images, e.g. localhost:5000/team/web:1.0. Its tags: 1.0, 2.0.")]
    [InlineData("team/web", 2, "error: 'team/web' is a repository: name one of its images, e.g. localhost:5000/team/web:1.0. Its tags: 1.0, 2.0.")]
    [InlineData("http://localhost:5000/team/web", 2, "is a repository: name one of its images, e.g. localhost:5000/team/web:1.0. Its tags: 1.0, 2.0.")]
    [InlineData("team/nothere", 2, "error: No repository 'team/nothere' is known. Known repositories: localhost:5000/team/web (shop/web).")]
    [InlineData(
        "Deployment/shop/checkout", 2,
        "error: 'Deployment/shop/checkout' names no image; of a workload tells 'registry-operator explain Deployment/shop/checkout -f FILE'.")]
    [InlineData("cronjobs/shop/checkout", 2, "of a workload tells 'registry-operator explain CronJob/shop/checkout -f FILE'.")]
    [InlineData("team/web:9", 1, "No image 'team/web:9' is known. Known tags of localhost:5000/team/web: 1.0, 2.0. 'registry-operator search'")]
    [InlineData("team/wbe:1.0", 1, "No image 'team/wbe:1.0' is known. Known repositories: localhost:5000/team/web (shop/web). 'registry-operator search'")]
    [InlineData("9", 1, "No image '9' is known. Known repositories: localhost:5000/team/web (shop/web). 'registry-operator search'")]
    public async Task Report_NoImage_NamesThoseThatAreKnown(string name, int expected, string told)
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("report", name);

        (exitCode, output).ShouldBe((expected, ""));
        error.ShouldContain(told);
    }

    [Fact]
    public async Task Report_PlatformThatTheImageLacks_NamesPlatformsAlone()
    {
        var (exitCode, _, error) = await _sandbox.RunAsync("report", "1.0", "--platform", "windows/amd64");

        exitCode.ShouldBe(2);
        error.ShouldContain("has linux/amd64, linux/arm64/v8.");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(300)]
    public async Task Report_Width_ShowsEveryColumnAndRow(int width)
    {
        var (_, output, _) = await _sandbox.RunAsync(new CommandSetup { Width = width }, "report", "1.0");

        string[] parts =
        [
            "VULNERABILITY", "SEVERITY", "CVSS", "PACKAGE", "INSTALLED", "FIXED IN", "TITLE",
            "CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "GHSA-aaaa-bbbb-cccc", "[red]bracketed[/]",
        ];
        foreach (var part in parts) output.ShouldContain(part);
        if (width >= 80) output.Split('\n').ShouldAllBe(line => line.Length <= width);
    }

    [Fact]
    public async Task Report_Colours_AreOfTheSeverity()
    {
        var (_, output, _) = await _sandbox.RunAsync(new CommandSetup { HasColors = true }, "report", "1.0");

        string[] parts =
        [
            "\u001b[1mlocalhost:5000/team/web:1.0\u001b[0m", "\u001b[1mSBOM\u001b[0m",
            "\u001b[31mCritical\u001b[0m", "\u001b[31mHigh\u001b[0m", "\u001b[33mMedium\u001b[0m", " Low ",
        ];
        foreach (var part in parts) output.ShouldContain(part);
    }

    [Theory]
    [InlineData("2.0", "Found")]
    [InlineData("1.0 --kind sbom", "3 packages: 2 deb, 1 npm")]
    [InlineData("1.0 --scanner TRIVY", "5 vulnerabilities: 1 critical, 1 high, 1 medium, 1 low, 1 unknown")]
    [InlineData("1.0 --kind vulnerability --platform linux/amd64", "CVE-2026-1")]
    public async Task Report_Choice_PrintsThatOnly(string arguments, string expected)
    {
        var (exitCode, output, _) = await _sandbox.RunAsync(["report", .. arguments.Split(' ')]);

        exitCode.ShouldBe(0);
        output.ShouldContain(expected);
        if (arguments.Contains("sbom", StringComparison.Ordinal)) output.ShouldNotContain("VULNERABILITY");
        if (arguments.Contains("TRIVY", StringComparison.Ordinal)) output.ShouldNotContain("SBOM");
    }

    [Theory]
    [InlineData("team/web:1.0")]
    [InlineData("1.0")]
    public async Task Report_Json_PrintsTheScannersDocumentByteForByte(string image)
    {
        var (exitCode, output, _) = await _sandbox.RunAsync("report", image, "--scanner", "trivy", "-o", "json");

        exitCode.ShouldBe(0);
        output.ShouldBe(TrivyDocument);
    }

    [Fact]
    public async Task Report_JsonByDigest_NeedsNoTag()
    {
        (await _sandbox.RunAsync("report", Amd64.ToString(), "--kind", "vulnerability", "-o", "json")).Output.ShouldBe(TrivyDocument);
        (await _sandbox.RunAsync("report", Amd64.Encoded[..12], "--kind", "vulnerability", "-o", "json")).Output.ShouldBe(TrivyDocument);
    }

    [Fact]
    public async Task Report_JsonWithSeveralReports_AsksToChoose()
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("report", "1.0", "-o", "json");

        exitCode.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain("2 reports can be printed as json: syft (sbom) on linux/amd64, trivy (vulnerability) on linux/amd64");
        error.ShouldContain("--scanner");
    }

    [Fact]
    public async Task Report_CycloneDx_PrintsTheStoredDocumentOfThatType() =>
        (await _sandbox.RunAsync("report", "1.0", "-o", "cyclonedx")).ShouldBe((0, "{\"cyclonedx\":1}", ""));

    [Fact]
    public async Task Report_SpdxNotStored_NamesWhatThereIs()
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("report", "1.0", "-o", "spdx");

        exitCode.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldContain("There is no application/spdx+json document.");
        error.ShouldContain("application/vnd.cyclonedx+json of syft");
    }

    [Fact]
    public async Task Report_Sarif_IsPrinted()
    {
        var (exitCode, output, _) = await _sandbox.RunAsync("report", "1.0", "-o", "sarif");

        exitCode.ShouldBe(0);
        output.ShouldContain("\"version\": \"2.1.0\"");
    }

    [Theory]
    [InlineData(1, "No image 'none' is known", "none")]
    [InlineData(1, "There is no report about 1.0", "1.0", "--platform", "linux/arm64")]
    [InlineData(1, "There is no such report about 1.0. There are: syft (sbom) on linux/amd64", "1.0", "--scanner", "grype")]
    [InlineData(1, "There is no stored document", "2.0", "-o", "json")]
    [InlineData(1, "There is no vulnerability report", "2.0", "-o", "sarif")]
    [InlineData(2, "--platform windows/amd64: localhost:5000/team/web:1.0 has linux/amd64, linux/arm64/v8.", "1.0", "--platform", "windows/amd64")]
    [InlineData(2, "is a repository", "localhost:5000/team/web")]
    [InlineData(2, "is not a digest", "web@1.0")]
    [InlineData(2, "-o xml: expected", "1.0", "-o", "xml")]
    public async Task Report_NothingToPrint_SaysWhy(int expected, string complaint, params string[] arguments)
    {
        var (exitCode, output, error) = await _sandbox.RunAsync(["report", .. arguments]);

        error.ShouldContain(complaint);
        exitCode.ShouldBe(expected);
        output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Report_NoStore_SaysWhereItLookedAndHowToNameAnother()
    {
        await using var empty = new CommandSandbox();

        var (exitCode, _, error) = await empty.RunAsync("report", "1.0");

        exitCode.ShouldBe(2);
        error.ShouldContain(empty.DataDirectory);
        error.ShouldContain("--data-dir");
    }

    /// <summary>Columns end in spaces, which editors take away.</summary>
    private static string Trim(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));

    private static string Golden([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "report-table.txt");
}
