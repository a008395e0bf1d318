using System.Security.Cryptography;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>Garbage collection keeps the file at its size, and leaves no rows behind.</summary>
public sealed class StoreSizeTests : IAsyncDisposable
{
    private readonly ReportSandbox _sandbox = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

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
        left.Select(report => report.Key.Digest)
            .ShouldBe(Enumerable.Range(deleted, 20 - deleted).Select(number => Image($"image {number}")), ignoreOrder: true);
        await store.DisposeAsync();
        new FileInfo(_sandbox.File).Length.ShouldBeLessThanOrEqualTo(Limit);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportFromTheFuture_IsNotTheYoungestForEver()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 320_000 } });
        await SaveLargeAsync(store, "future", _sandbox.Time.GetUtcNow().AddYears(50));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
        var created = (await store.FindAsync([Image("future")], Token)).ShouldHaveSingleItem().Created;
        created.ShouldBe(_sandbox.Time.GetUtcNow());
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        await SaveLargeAsync(store, "new", _sandbox.Time.GetUtcNow());

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("future"), Image("new")], Token)).ShouldHaveSingleItem().Key.Digest.ShouldBe(Image("new"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    public async Task CollectGarbageAsync_SizeAgainstTheLimit_IsAcceptedUpToAndIncludingIt(int difference, int deleted)
    {
        var store = await _sandbox.OpenAsync();
        foreach (var name in new[] { "a", "b", "c" }) await SaveLargeAsync(store, name, _sandbox.Time.GetUtcNow());
        await store.DisposeAsync();
        var used = new FileInfo(_sandbox.File).Length;
        store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = used + difference } });

        (await store.CollectGarbageAsync(Token)).ShouldBe(deleted);
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_GoesByTheTimesOfTheReportsNotOfTheirSaving()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 500_000 } });
        await SaveLargeAsync(store, "young", _sandbox.Time.GetUtcNow());
        await SaveLargeAsync(store, "old", _sandbox.Time.GetUtcNow().AddHours(-2));
        await SaveLargeAsync(store, "middle", _sandbox.Time.GetUtcNow().AddHours(-1));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("old")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_KeepsTheOtherReportsOfTheImage()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 320_000 } });
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await SaveLargeAsync(store, "a", _sandbox.Time.GetUtcNow().AddHours(-2));
        await SaveLargeAsync(store, "a", _sandbox.Time.GetUtcNow().AddHours(-1), "other");

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem().Key.Scanner.ShouldBe("other");
        (await store.GetImagesAsync(Shop, Token)).ShouldHaveSingleItem("images are not reports");
    }

    [Fact]
    public async Task CollectGarbageAsync_MoreThanOneBatchOfAnything_LeavesNothingBehind()
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(
            SampleReports.Vulnerabilities(Image("a"), [.. Enumerable.Range(0, 4500).Select(number => Found($"CVE-{number}", "bash", $"{number}"))]) with
            {
                Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(20 << 20))],
            },
            Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(8));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await _sandbox.CountAsync("packages")).ShouldBe(0);
        (await _sandbox.CountAsync("vulnerabilities")).ShouldBe(0);
        (await _sandbox.CountAsync("report_vulnerabilities")).ShouldBe(0);
        await store.DisposeAsync();
        new FileInfo(_sandbox.File).Length.ShouldBeLessThan(500_000);
    }

    private static Task SaveLargeAsync(IReportStore store, string name, DateTimeOffset created, string scanner = "syft")
    {
        var report = New(Image(name), ScannerKind.Sbom, scanner) with
        {
            Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(150_000))],
        };
        return store.SaveAsync(report with { Report = report.Report with { Created = created } }, Token);
    }
}
