using System.Text.Json;

namespace RegistryOperator.Host.Tests.Cli.Reports;

public sealed class SearchCommandTests : IAsyncLifetime
{
    private readonly CommandSandbox _sandbox = new();

    public async ValueTask InitializeAsync() => await _sandbox.FillAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("openssl@<3.0.11", "openssl")]
    [InlineData("CVE-2026-3", "curl")]
    [InlineData("GHSA-aaaa-bbbb-cccc", "left-pad")]
    public async Task Search_Found_ShowsImageResourceAndWorkload(string query, string package)
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("search", query);

        error.ShouldBeEmpty();
        exitCode.ShouldBe(0);
        var row = output.Split('\n').Single(line => line.StartsWith("shop/web", StringComparison.Ordinal));
        row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4].ShouldBe(["shop/web", "localhost:5000/team/web:1.0", "linux/amd64", package]);
        row.TrimEnd().ShouldEndWith("Deployment/shop/web");
        output.ShouldContain("1 image, 1 running workload");
    }

    [Fact]
    public async Task Search_Json_HasEveryFact()
    {
        var (exitCode, output, _) = await _sandbox.RunAsync("search", "CVE-2026-3", "-o", "json");

        exitCode.ShouldBe(0);
        using var json = JsonDocument.Parse(output);
        var hit = json.RootElement.EnumerateArray().ShouldHaveSingleItem();
        hit.GetProperty("resource").GetString().ShouldBe("shop/web");
        hit.GetProperty("image").GetString().ShouldBe("localhost:5000/team/web:1.0");
        hit.GetProperty("platform").GetString().ShouldBe("linux/amd64");
        hit.GetProperty("platformDigest").GetString().ShouldBe(CommandSandbox.Amd64.ToString());
        hit.GetProperty("package").GetString().ShouldBe("curl");
        hit.GetProperty("version").GetString().ShouldBe("8.0");
        hit.GetProperty("vulnerability").GetString().ShouldBe("CVE-2026-3");
        hit.GetProperty("fixedVersion").GetString().ShouldBe("8.1");
        hit.GetProperty("workloads")[0].GetString().ShouldBe("Deployment/shop/web");
    }

    [Fact]
    public async Task Search_JsonWithoutAHit_IsAnEmptyList()
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("search", "log4j", "-o", "json");

        (exitCode, output.Trim(), error).ShouldBe((1, "[]", "No image with a report has log4j.\n"));
    }

    [Theory]
    [InlineData("openssl@3.0", "Of openssl there is 3.0.9. A version is compared as a whole: 'openssl@>=3.0 <3.1' finds all that begin with 3.0.")]
    [InlineData("openssl@3", "Of openssl there is 3.0.9. A version is compared as a whole: 'openssl@>=3 <4' finds all that begin with 3.")]
    [InlineData("openssl@>4", "Of openssl there is 3.0.9.")]
    [InlineData("log4j@2", "")]
    public async Task Search_VersionThatNoImageHas_SaysWhichThereAre(string query, string there)
    {
        var (exitCode, _, error) = await _sandbox.RunAsync("search", query);

        (exitCode, error).ShouldBe((1, $"No image with a report has {query}. {there}".TrimEnd() + "\n"));
    }

    [Theory]
    [InlineData(null, "search-wide.txt")]
    [InlineData(120, "search-wide.txt")]
    [InlineData(80, "search-narrow.txt")]
    [InlineData(20, "search-narrow.txt")]
    public async Task Search_Width_ShowsEveryHit(int? width, string golden) =>
        (await _sandbox.RunAsync(new CommandSetup { Width = width }, "search", "openssl")).Output.ShouldMatch(golden, "/no-root");

    [Fact]
    public async Task Search_Vulnerability_HasTheFixedVersion() =>
        (await _sandbox.RunAsync("search", "CVE-2026-2")).Output.ShouldMatch("search-vulnerability.txt", "/no-root");

    [Fact]
    public async Task Search_QueryOfAStranger_IsShownClean() =>
        (await _sandbox.RunAsync("search", "\u001b2Jx\u202E")).Error.ShouldBe("No image with a report has \uFFFD2Jx\uFFFD.\n");

    [Fact]
    public async Task Search_UnsupportedQueryOfAStranger_IsShownClean() =>
        (await _sandbox.RunAsync("search", "\u001b[2Jx\nerror: forged\u202E")).Error
            .ShouldStartWith("error: '\uFFFD[2Jx error: forged\uFFFD' is no package's name");

    [Theory]
    [InlineData("log4j", 1, "No image with a report has log4j.")]
    [InlineData("openssl@>=4", 1, "No image with a report has openssl@>=4.")]
    [InlineData("openssl@^3", 2, "'^3'")]
    [InlineData("openssl@~3.0", 2, "Did you mean \">=3.0 <3.1\"?")]
    [InlineData("openssl@3.0.*", 2, "Did you mean \">=3.0 <3.1\"?")]
    [InlineData("openssl <3.0.15", 2, "Did you mean 'openssl@<3.0.15'?")]
    [InlineData("openssl=3.0.11", 2, "Did you mean 'openssl@3.0.11'?")]
    [InlineData("libssl*", 2, "no wildcards")]
    [InlineData("pkg:deb/debian/openssl", 2, "Did you mean 'openssl'?")]
    [InlineData("CVE-2021", 2, "CVE-YEAR-NUMBER")]
    [InlineData("openssl@", 2, "no version after '@'")]
    public async Task Search_NothingToShow_SaysWhy(string query, int expected, string complaint)
    {
        var (exitCode, output, error) = await _sandbox.RunAsync("search", query);

        error.ShouldContain(complaint);
        exitCode.ShouldBe(expected);
        output.ShouldBeEmpty();
    }
}
