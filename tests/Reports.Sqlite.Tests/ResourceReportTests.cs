using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.ReportStores.Contract;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>Reports over all images of a resource in this store, and the rows that it keeps them in.</summary>
public sealed class ResourceReportTests : ResourceReportContract<ReportSandbox>
{
    [Fact]
    public async Task SaveAsync_SameScannerAgain_LeavesNoRowsOfTheEarlierOne()
    {
        await Store.SaveAsync(OverAll("drift"), [Document("[1]"), Document("more")], Token);
        await Store.SaveAsync(OverAll("drift"), [Document("[2]")], Token);

        (await Sandbox.CountAsync("documents")).ShouldBe(2, "its content and one document");
    }

    [Fact]
    public async Task ForgetAsync_Resource_LeavesNoDocumentOfItAlone()
    {
        await Store.SaveAsync(OverAll("drift"), [Document("[1]")], Token);
        await Store.SaveAsync(OverAll("other"), [], Token);
        await Store.SaveAsync(OverAll("drift", new ResourceName("shop", "api")), [], Token);

        await Store.ForgetAsync(Shop, Token);

        (await Sandbox.CountAsync("documents")).ShouldBe(1, "the content of the resource that is left");
    }

    [Fact]
    public async Task CollectGarbageAsync_StoreTooLarge_LeavesNoDocument()
    {
        var store = await Sandbox.OpenAsync(options => options with { Limits = options.Limits with { MaximumTotalBytes = 1 } });
        await store.SaveAsync(OverAll("drift"), [Document("[1]")], Token);

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await Sandbox.CountAsync("documents")).ShouldBe(0);
    }
}
