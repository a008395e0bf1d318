using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.ReportStores.Contract;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>The contract, and what it leaves in the tables.</summary>
public sealed class SavedReportTests : SavedReportContract<ReportSandbox>
{
    [Fact]
    public async Task SaveAsync_SameDocumentInManyReports_IsKeptOnceUntilTheLastIsReplaced()
    {
        await SaveAsync(Sbom(Image("a")) with { Documents = [Document("same")] });
        await SaveAsync(Sbom(Image("b")) with { Documents = [Document("same"), Document("same", "text/plain")] });

        (await Sandbox.CountAsync("documents")).ShouldBe(1);

        await SaveAsync(Sbom(Image("a")));
        (await Sandbox.CountAsync("documents")).ShouldBe(1);
        await SaveAsync(Sbom(Image("b")));
        (await Sandbox.CountAsync("documents")).ShouldBe(0);
    }

    [Fact]
    public async Task SaveAsync_FailsInTheMiddle_LeavesNothingOfItAndWorksAfterwards()
    {
        var report = Sbom(Image("a"), Package("bash", null!)) with { Documents = [Document("main")] };

        await Should.ThrowAsync<ReportStoreException>(() => Store.SaveAsync(report, Token));

        foreach (var table in new[] { "subjects", "reports", "documents", "report_documents", "packages" })
            (await Sandbox.CountAsync(table)).ShouldBe(0, table);
        await Store.SaveAsync(Sbom(Image("a")), Token);
        (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
    }
}
