using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Kubernetes;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>Reports over all images of a resource.</summary>
public sealed class ResourceReportTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await _sandbox.OpenAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task SaveAsync_Report_IsGivenBackWhole()
    {
        var report = Report("drift");
        var saved = await _store.SaveAsync(report, [Document("[1]"), Document("text", "text/plain")], Token);
        await _store.SaveAsync(Report("other"), [], Token);
        await _store.SaveAsync(Report("drift", new ResourceKey("shop", "api")), [], Token);

        var found = await _store.FindOfResourceAsync(Shop, Token);

        found.Select(one => one.Key.Scanner).ShouldBe(["drift", "other"]);
        saved.Documents.Select(document => (document.MediaType, document.Size)).ShouldBe([("application/json", 3), ("text/plain", 4)]);
        found[0].Documents.ShouldBe(saved.Documents);
        found[0].Content.ToArray().ShouldBe(report.Content.ToArray());
        (found[0] with { Content = report.Content, Documents = report.Documents }).ShouldBe(report);
        var documents = await _store.ReadDocumentsAsync(report.Key, Token);
        documents.Select(document => (document.MediaType, System.Text.Encoding.UTF8.GetString(document.Content.Span))).ShouldBe([("application/json", "[1]"), ("text/plain", "text")]);
    }

    [Fact]
    public async Task SaveAsync_SameScannerAgain_TakesThePlaceOfTheEarlierOne()
    {
        await _store.SaveAsync(Report("drift"), [Document("[1]"), Document("more")], Token);
        await _store.SaveAsync(Report("drift") with { Options = "others", Result = "New", Created = _sandbox.Time.GetUtcNow() }, [Document("[2]")], Token);

        var report = (await _store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem();

        (report.Options, report.Result, report.Documents.Count).ShouldBe(("others", "New", 1));
        // Its content and one document.
        (await _sandbox.CountAsync("documents")).ShouldBe(2);
    }

    [Fact]
    public async Task SaveAsync_DocumentBeyondTheLimit_IsRefused()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = options.Limits with { MaximumDocumentBytes = 1_000 } });

        var failure = await Should.ThrowAsync<ReportTooLargeException>(store.SaveAsync(Report("drift"), [Document(new string('x', 1_001), "text/plain")], Token));

        failure.Message.ShouldBe("The text/plain of drift for shop/web has 1001 bytes; the report store takes 1000: raise Reports:MaximumDocumentMiB.");
        (await store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SaveAsync_DocumentThatAnImageHasToo_StaysWithEitherAlone()
    {
        await _store.SaveAsync(New(Image("a"), ScannerKind.Custom, "licences") with { Documents = [Document("same")] }, Token);
        await _store.SaveAsync(Report("drift"), [Document("same")], Token);

        await _store.SaveAsync(New(Image("a"), ScannerKind.Custom, "licences"), Token);
        (await _store.ReadDocumentsAsync(Report("drift").Key, Token)).ShouldHaveSingleItem();

        await _store.SaveAsync(New(Image("a"), ScannerKind.Custom, "licences") with { Documents = [Document("same")] }, Token);
        await _store.ForgetAsync(Shop, Token);
        (await _store.ReadDocumentsAsync(New(Image("a"), ScannerKind.Custom, "licences").Report.Key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ForgetAsync_Resource_LeavesNothingOfItAndAllOfOthers()
    {
        await _store.SaveAsync(Report("drift"), [Document("[1]")], Token);
        await _store.SaveAsync(Report("other"), [], Token);
        await _store.SaveAsync(Report("drift", new ResourceKey("shop", "api")), [], Token);

        await _store.ForgetAsync(Shop, Token);

        (await _store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
        (await _store.FindOfResourceAsync(new ResourceKey("shop", "api"), Token)).ShouldHaveSingleItem();
        (await _sandbox.CountAsync("documents")).ShouldBe(1);
    }

    [Fact]
    public async Task CollectGarbageAsync_StoreTooLarge_DeletesWhatIsOldest()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = options.Limits with { MaximumTotalBytes = 1 } });
        await store.SaveAsync(Report("drift"), [Document("[1]")], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);

        (await store.CollectGarbageAsync(Token)).ShouldBe(2);

        (await store.FindOfResourceAsync(Shop, Token)).ShouldBeEmpty();
        (await _sandbox.CountAsync("documents")).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_NothingTooMuch_KeepsThem()
    {
        await _store.SaveAsync(Report("drift"), [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(100));

        (await _store.CollectGarbageAsync(Token)).ShouldBe(0);

        (await _store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task OpenAsync_FileOfTheFirstSchema_KeepsItsReportsAndTakesNewOnes()
    {
        await using var sandbox = new ReportSandbox();
        Directory.CreateDirectory(sandbox.DataDirectory);
        File.Copy(Path.Combine(GoldenFile.Root, "tests/Host.Tests/Golden/Stores/schema-1.db"), sandbox.File);
        var before = await sandbox.CountAsync("reports");

        var store = await sandbox.OpenAsync();
        await store.SaveAsync(Report("drift"), [Document("[1]")], Token);

        before.ShouldBeGreaterThan(0);
        (await sandbox.CountAsync("reports")).ShouldBe(before);
        (await sandbox.CountAsync("resource_reports")).ShouldBe(1);
        (await store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem().Documents.ShouldHaveSingleItem().Digest.ShouldBe(Digest.Compute("[1]"u8));
    }

    private static ResourceReport Report(string scanner, ResourceKey? resource = null) => new()
    {
        Key = new ResourceReportKey(resource ?? Shop, ScannerKind.Drift, scanner),
        Subject = "uid https://registry.example.com/team/web",
        Options = "options",
        Versions = new ReportVersions("1.0.0", "0.68.2", null),
        Inputs = "inputs",
        Tags = "",
        Created = DateTimeOffset.Parse("2026-01-02T03:00:00.1234567Z"),
        Result = "Compared",
        Content = """{"result":"Compared"}"""u8.ToArray(),
    };
}
