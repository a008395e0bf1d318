using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>What nobody has any more goes, but not at once.</summary>
public abstract class GarbageCollectionContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    [Fact]
    public async Task CollectGarbageAsync_ImageGone_KeepsItsReportsForTheTimeToLive()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await Store.SaveAsync(Sbom(Image("a")), Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(100));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(0, "a resource has the image");

        await Store.SetImagesAsync(Shop, [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);
        Sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await Store.FindAsync([Image("a")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_ImageCameBack_KeepsItsReports()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await Store.SaveAsync(Sbom(Image("a")), Token);
        await Store.SetImagesAsync(Shop, [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(6));
        await Store.SetImagesAsync(Shop, [Tagged("2.0", Image("a"))], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_TagMoved_CollectsTheOldImageOnly()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")), Tagged("copy", Image("b"))], Token);
        foreach (var name in new[] { "a", "b", "c" }) await Store.SaveAsync(Sbom(Image(name)), Token);
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("c")), Tagged("copy", Image("b"))], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(8));

        (await Store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await Store.FindAsync([Image("a"), Image("b"), Image("c")], Token))
            .Select(report => report.Key.Digest)
            .ShouldBe([Image("b"), Image("c")], ignoreOrder: true);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportWithoutAnyImage_IsKeptFromItsSaving()
    {
        await Store.SaveAsync(Sbom(Image("a")), Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(6));
        await Store.SaveAsync(Sbom(Image("a")), Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_TimesAheadOfTheClock_CountFromNow()
    {
        var now = Sandbox.Time.GetUtcNow();
        Sandbox.Time.Advance(TimeSpan.FromDays(1000));
        await Store.SaveAsync(Sbom(Image("orphan")), Token);
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("lost"))], Token);
        await Store.SaveAsync(Sbom(Image("lost")), Token);
        await Store.SetImagesAsync(Shop, [], Token);
        await Store.DisposeAsync();
        // The clock is set back.
        var time = new FakeTimeProvider(now);
        Store = await Sandbox.OpenAsync(time: time);

        (await Store.CollectGarbageAsync(Token)).ShouldBe(0, "they get their time to live");
        time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(2);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportsOfThisMoment_KeepTheirTimes()
    {
        var report = Sbom(Image("a"));
        await Store.SaveAsync(report with { Report = report.Report with { Created = Sandbox.Time.GetUtcNow() } }, Token);
        await Store.SaveAsync(Sbom(Image("b")), Token);

        await Store.CollectGarbageAsync(Token);

        (await Store.FindAsync([Image("a"), Image("b")], Token))
            .Select(found => found.Created)
            .ShouldBe([Sandbox.Time.GetUtcNow(), report.Report.Created], ignoreOrder: true);
    }

    [Fact]
    public async Task CollectGarbageAsync_DigestOfTwoResources_StaysUntilBothLostIt()
    {
        var other = new ResourceName("dev", "web");
        await Store.SaveAsync(Sbom(Image("a")), Token);
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await Store.SetImagesAsync(other, [Tagged("1.0", Image("a"))], Token);
        await Store.SetImagesAsync(Shop, [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(30));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);

        await Store.SetImagesAsync(other, [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(6));
        await Store.SetImagesAsync(other, [], Token);
        Sandbox.Time.Advance(TimeSpan.FromDays(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(1, "the time counts from the loss, not from the last look");
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportsThatShareAll_KeepsWhatTheOtherHas()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("kept"))], Token);
        foreach (var name in new[] { "kept", "gone" })
        {
            await Store.SaveAsync(
                SampleReports.Vulnerabilities(Image(name), Found("CVE-2026-1", "bash", "5.0")) with
                {
                    Documents = [Document("same")],
                    Packages = [Package("zlib", "1")],
                },
                Token);
        }

        Sandbox.Time.Advance(TimeSpan.FromDays(8));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await Store.FindVulnerabilityAsync("CVE-2026-1", Token)).ShouldHaveSingleItem();
        (await Store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem();
        (await Store.FindPackageAsync("zlib", null, Token)).ShouldHaveSingleItem();
        (await Store.ReadDocumentsAsync(SampleReports.Vulnerabilities(Image("kept")).Report.Key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CollectGarbageAsync_Cancelled_EndsWithCancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.CollectGarbageAsync(cancelled.Token));
    }
}
