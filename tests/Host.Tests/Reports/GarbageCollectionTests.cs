using System.Security.Cryptography;
using RegistryOperator.Host.Reports;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>What nobody has any more goes, but not at once.</summary>
public sealed class GarbageCollectionTests : IAsyncDisposable
{
    private readonly ReportSandbox _sandbox = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task CollectGarbageAsync_ImageGone_KeepsItsReportsForTheTimeToLive()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(100));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0, "a resource has the image");

        await store.SetImagesAsync(Shop, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
        _sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_ImageCameBack_KeepsItsReports()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);
        await store.SetImagesAsync(Shop, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        await store.SetImagesAsync(Shop, [Tagged("2.0", Image("a"))], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_TagMoved_CollectsTheOldImageOnly()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")), Tagged("copy", Image("b"))], Token);
        foreach (var name in new[] { "a", "b", "c" }) await store.SaveAsync(Sbom(Image(name)), Token);
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("c")), Tagged("copy", Image("b"))], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(8));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a"), Image("b"), Image("c")], Token)).Select(report => report.Key.Digest).ShouldBe([Image("b"), Image("c")], ignoreOrder: true);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportWithoutAnyImage_IsKeptFromItsSaving()
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_ManyReports_LeavesNothingBehindAndShrinksTheFile()
    {
        var store = await _sandbox.OpenAsync();
        for (var number = 0; number < 120; number++)
        {
            var report = Sbom(Image($"image {number}"), Package("package", $"{number}")) with
            {
                Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(20_000))],
                Vulnerabilities = [Found($"CVE-2026-{number}", "other", $"{number}")],
            };
            await store.SaveAsync(report, Token);
        }

        _sandbox.Time.Advance(TimeSpan.FromDays(8));
        (await store.CollectGarbageAsync(Token)).ShouldBe(120);
        await store.DisposeAsync();

        new FileInfo(_sandbox.File).Length.ShouldBeLessThan(200_000);
        (await _sandbox.CountAsync("documents")).ShouldBe(0);
        (await _sandbox.CountAsync("packages")).ShouldBe(0);
        (await _sandbox.CountAsync("vulnerabilities")).ShouldBe(0);
        (await _sandbox.CountAsync("report_packages")).ShouldBe(0);
        (await _sandbox.CountAsync("subjects")).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_DeletesTheOldestUntilItFits()
    {
        const long Limit = 600_000;
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = Limit } });
        var images = Enumerable.Range(0, 20).Select(number => Tagged($"{number}", Image($"image {number}"))).ToList();
        await store.SetImagesAsync(Shop, images, Token);
        for (var number = 0; number < 20; number++)
        {
            var report = Sbom(Image($"image {number}")) with { Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(50_000))] };
            await store.SaveAsync(report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow().AddMinutes(number) } }, Token);
        }

        var deleted = await store.CollectGarbageAsync(Token);

        deleted.ShouldBeInRange(8, 14);
        var left = await store.FindAsync([.. images.Select(image => image.Platforms["linux/amd64"])], Token);
        left.Select(report => report.Key.Digest).ShouldBe(Enumerable.Range(deleted, 20 - deleted).Select(number => Image($"image {number}")), ignoreOrder: true);
        await store.DisposeAsync();
        new FileInfo(_sandbox.File).Length.ShouldBeLessThanOrEqualTo(Limit);
    }
}
