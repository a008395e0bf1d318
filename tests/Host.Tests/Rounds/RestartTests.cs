using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What is still known of images that did not fit in the status: in the same process, and after a restart.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private const int Images = 8;
    private RoundSandbox _sandbox = null!;

    /// <summary>Fits some of the images.</summary>
    private static StatusBudget Small => new(ScanParts.Kinds, 3_000);

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(scanner: null);
        for (var i = 0; i < Images; i++) _sandbox.Push($"1.{i}.0");
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_ImagesCutBefore_KeepWhenTheyWereFirstSeen()
    {
        await ScanWithSmallBudgetAsync();
        _sandbox.Entry.HasAllImages.ShouldBeTrue();

        await _sandbox.ScanAsync();

        (await FirstSeenOfRecordsAsync()).ShouldAllBe(time => time == RoundSandbox.Start);
    }

    /// <summary>The records stand in for the memory of an earlier process, and only for that: they know less.</summary>
    [Fact]
    public async Task Scan_ImagesCutBefore_GoesByItsMemoryAndNotByTheRecords()
    {
        await ScanWithSmallBudgetAsync();
        var cancel = TestContext.Current.CancellationToken;
        var records = await _sandbox.Reports!.GetImagesAsync(ImageRecords.NameOf(RoundSandbox.Key), cancel);
        await _sandbox.Reports.SetImagesAsync(
            ImageRecords.NameOf(RoundSandbox.Key),
            [.. records.Select(record => record with { FirstSeen = RoundSandbox.Start.AddDays(-1) })],
            cancel);

        await _sandbox.ScanAsync();

        (await FirstSeenOfRecordsAsync()).ShouldAllBe(time => time == RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_ImagesCutAndRestarted_KeepWhenTheyWereFirstSeenByTheRecords()
    {
        await ScanWithSmallBudgetAsync();
        _sandbox.Restart();

        await _sandbox.ScanAsync();

        _sandbox.Status.Images.Count.ShouldBe(Images);
        _sandbox.Status.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == RoundSandbox.Start);
        (await FirstSeenOfRecordsAsync()).ShouldAllBe(time => time == RoundSandbox.Start);
        _sandbox.Status.Truncated.ShouldBeNull();
    }

    [Fact]
    public async Task Scan_DetailsCutAndRestarted_AreReadAgainAndWhole()
    {
        _sandbox.Restart(new StatusBudget(ScanParts.Kinds, await SizeAsync() - 1_000));
        await _sandbox.ScanAsync();
        _sandbox.Status.Truncated!.Counts.Keys.ShouldBe(["labels"]);
        _sandbox.Status.Images.ShouldContain(image => image.Config!.Labels.Count == 0);
        _sandbox.Restart();

        await _sandbox.ScanAsync();

        _sandbox.Status.Images.ShouldAllBe(image => image.Config!.Labels["content"] == image.Tag);
    }

    [Fact]
    public async Task Scan_StatusFitsAndRestarted_ReadsNoImageAgain()
    {
        await _sandbox.ScanAsync();
        _sandbox.Restart();
        _sandbox.Registry.Log.Clear();

        await _sandbox.ScanAsync();

        _sandbox.Registry.Log.Requests.Count(request => request.Method == "GET").ShouldBe(1); // the tags
        _sandbox.Registry.Log.Requests.Count(request => request.Method == "HEAD").ShouldBe(Images);
        _sandbox.Status.Images.ShouldAllBe(image => image.Config!.Labels["content"] == image.Tag);
    }

    [Fact]
    public async Task Scan_TagMovedWhileCutAndRestarted_HasTheNewImage()
    {
        await ScanWithSmallBudgetAsync();
        var moved = _sandbox.Push("1.0.0", "moved");
        _sandbox.Restart();

        await _sandbox.ScanAsync();

        _sandbox.Of("1.0.0")!.Digest.ShouldBe(moved.Digest.ToString());
        _sandbox.Of("1.0.0")!.Config!.Labels["content"].ShouldBe("moved");
        _sandbox.Of("1.0.0")!.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_UnreadableAfterRestart_IsRecordedStill()
    {
        await _sandbox.ScanAsync();
        _sandbox.Restart();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/1.3.0"));

        await _sandbox.ScanAsync();

        var records = await _sandbox.Reports!.GetImagesAsync(ImageRecords.NameOf(RoundSandbox.Key), TestContext.Current.CancellationToken);
        records.Select(record => record.Tag).ShouldContain("1.3.0");
        records.Count.ShouldBe(Images);
    }

    [Fact]
    public async Task Forget_Resource_IsForgottenByTheRecords()
    {
        await _sandbox.ScanAsync();

        await _sandbox.Scan.ForgetAsync(RoundSandbox.Key, TestContext.Current.CancellationToken);

        (await FirstSeenOfRecordsAsync()).ShouldBeEmpty();
    }

    private async Task ScanWithSmallBudgetAsync()
    {
        _sandbox.Restart(Small);
        await _sandbox.ScanAsync();
        _sandbox.Status.Truncated!.Counts["images"].ShouldBeInRange(1, Images - 1);
        (await FirstSeenOfRecordsAsync()).Length.ShouldBe(Images);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
    }

    private async Task<int> SizeAsync()
    {
        await _sandbox.ScanAsync();
        var size = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(_sandbox.Status, RegistryJson.Status).Length;
        _sandbox.SetStatus(_ => new RegistryStatus());
        return size;
    }

    private async Task<DateTimeOffset?[]> FirstSeenOfRecordsAsync() =>
        [.. (await _sandbox.Reports!.GetImagesAsync(ImageRecords.NameOf(RoundSandbox.Key), TestContext.Current.CancellationToken))
            .Select(record => record.FirstSeen)];
}
