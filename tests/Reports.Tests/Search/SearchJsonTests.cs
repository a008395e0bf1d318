using System.Text.Json;
using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Tests.Search;

/// <summary>What programs read of a search.</summary>
public sealed class SearchJsonTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        await SearchSample.FillAsync(_store, Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Write_Hits_AreJsonWithEveryField()
    {
        var hits = await _store.FindVulnerabilityAsync("CVE-2026-1", Token);
        var nowhere = hits[0] with { Platform = "", Vulnerability = null, FixedVersion = null, Package = "<a&b>" };

        using var json = JsonDocument.Parse(SearchJson.Write([.. hits, nowhere]));

        json.RootElement[0].EnumerateObject().Select(field => $"{field.Name}={field.Value}").ShouldBe(
        [
            "resource=shop/web", "image=registry.example.com/team/web:1.0", $"digest={Image("index of 1.0")}", $"platformDigest={Image("a")}",
            "platform=linux/amd64", "package=openssl", "version=3.0.9-1", "type=deb", "vulnerability=CVE-2026-1", "fixedVersion=3.0.11-1",
            $"workloads={json.RootElement[0].GetProperty("workloads")}",
        ], ignoreOrder: true);
        json.RootElement[0].GetProperty("workloads").EnumerateArray().Select(workload => workload.GetString()).ShouldBe(["Deployment/shop/web"]);
        json.RootElement[1].EnumerateObject()
            .Select(field => field.Name)
            .ShouldBe(["resource", "image", "digest", "package", "version", "type", "workloads"], ignoreOrder: true);
        SearchJson.Write([nowhere]).ShouldContain("<a&b>");
        SearchJson.Write([]).ShouldBe("[]");
    }
}
