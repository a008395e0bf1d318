using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>Reports over all images of a resource.</summary>
public abstract class ResourceReportContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    private static readonly ResourceName Api = new("shop", "api");

    [Fact]
    public async Task SaveAsync_Report_IsGivenBackWhole()
    {
        var report = OverAll("drift");
        var saved = await Store.SaveAsync(report, [Document("[1]"), Document("text", "text/plain")], Token);
        await Store.SaveAsync(OverAll("other"), [], Token);
        await Store.SaveAsync(OverAll("drift", Api), [], Token);

        var found = await Store.FindOfResourceAsync(Shop, Token);

        found.Select(one => one.Key.Scanner).ShouldBe(["drift", "other"]);
        saved.Documents.Select(document => (document.MediaType, document.Size)).ShouldBe([("application/json", 3), ("text/plain", 4)]);
        found[0].Documents.ShouldBe(saved.Documents);
        found[0].Content.ToArray().ShouldBe(report.Content.ToArray());
        (found[0] with { Content = report.Content, Documents = report.Documents }).ShouldBe(report);
        var documents = await Store.ReadDocumentsAsync(report.Key, Token);
        documents.Select(document => (document.MediaType, Encoding.UTF8.GetString(document.Content.Span)))
            .ShouldBe([("application/json", "[1]"), ("text/plain", "text")]);
    }

    [Fact]
    public async Task SaveAsync_SameScannerAgain_TakesThePlaceOfTheEarlierOne()
    {
        await Store.SaveAsync(OverAll("drift"), [Document("[1]"), Document("more")], Token);
        await Store.SaveAsync(OverAll("drift") with { Options = "others", Result = "New", Created = Sandbox.Time.GetUtcNow() }, [Document("[2]")], Token);

        var report = (await Store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem();

        (report.Options, report.Result, report.Documents.Count).ShouldBe(("others", "New", 1));
    }

    [Fact]
    public async Task SaveAsync_DocumentBeyondTheLimit_IsRefused()
    {
        var store = await Sandbox.OpenAsync(new ReportLimits { MaximumDocumentBytes = 1_000 });

        var failure = await Should.ThrowAsync<ReportTooLargeException>(
            store.SaveAsync(OverAll("drift"), [Document(new string('x', 1_001), "text/plain")], Token));

        failure.Message.ShouldBe("The text/plain of drift for shop/web has 1001 bytes; the report store takes 1000: raise Reports:MaximumDocumentMiB.");
        (await store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SaveAsync_DocumentThatAnImageHasToo_StaysWithEitherAlone()
    {
        var image = New(Image("a"), ScannerKind.Custom, "licences");
        await Store.SaveAsync(image with { Documents = [Document("same")] }, Token);
        await Store.SaveAsync(OverAll("drift"), [Document("same")], Token);

        await Store.SaveAsync(image, Token);
        (await Store.ReadDocumentsAsync(OverAll("drift").Key, Token)).ShouldHaveSingleItem();

        await Store.SaveAsync(image with { Documents = [Document("same")] }, Token);
        await Store.ForgetAsync(Shop, Token);
        (await Store.ReadDocumentsAsync(image.Report.Key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ForgetAsync_Resource_LeavesNothingOfItAndAllOfOthers()
    {
        await Store.SaveAsync(OverAll("drift"), [Document("[1]")], Token);
        await Store.SaveAsync(OverAll("other"), [], Token);
        await Store.SaveAsync(OverAll("drift", Api), [], Token);

        await Store.ForgetAsync(Shop, Token);

        (await Store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
        (await Store.ReadDocumentsAsync(OverAll("drift").Key, Token)).ShouldBeEmpty();
        (await Store.FindOfResourceAsync(Api, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CollectGarbageAsync_StoreTooLarge_DeletesWhatIsOldest()
    {
        var store = await Sandbox.OpenAsync(new ReportLimits { MaximumTotalBytes = 1 });
        await store.SaveAsync(OverAll("drift"), [Document("[1]")], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);

        (await store.CollectGarbageAsync(Token)).ShouldBe(2);

        (await store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_NothingTooMuch_KeepsThem()
    {
        await Store.SaveAsync(OverAll("drift"), [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(100));

        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);

        (await Store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem();
    }
}
