using System.Text.Json;
using NSubstitute;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>A round that the registry cuts short, at any of its requests: what was known stays, and nothing takes its place that is worse.</summary>
public sealed class CutRoundTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, DateTimeOffset?> _created = new(StringComparer.Ordinal);
    private InspectionSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(TagOrders.Newest, 3, 1)]
    [InlineData(TagOrders.Newest, 3, 4)]
    [InlineData(TagOrders.Newest, 0, 1)]
    [InlineData(TagOrders.Oldest, 3, 1)]
    [InlineData(TagOrders.Oldest, 3, 4)]
    [InlineData(TagOrders.Alphabetical, 3, 1)]
    public async Task Scan_ThrottledFromAnyRequestOn_KeepsTheChosenImagesAndWhenTheyWereFirstSeen(string sortBy, int limit, int concurrency)
    {
        PushLines();
        var before = await _sandbox.ScanAsync(null, sortBy, limit, concurrency);
        var chosen = Tags(before);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _sandbox.TakeRequests();
        Tags(await _sandbox.ScanAsync(before, sortBy, limit, concurrency)).ShouldBe(chosen);
        var requests = _sandbox.TakeRequests().Count(request => !request.Contains("tags/", StringComparison.Ordinal));

        for (var answered = 0; answered < requests; answered++)
        {
            using var fault = ThrottleAfter(answered);

            var after = await _sandbox.ScanAsync(before, sortBy, limit, concurrency);

            Tags(after).ShouldBe(chosen, $"throttled after {answered} answers");
            after.LastScanStatus.ShouldBe(ScanStatuses.Failed);
            after.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == before.LastScanTime, $"throttled after {answered} answers");
            after.Images.ShouldAllBe(image => image.MediaType != null && image.Digest != null && image.Config != null);
            if (answered == 0) after.Images.ShouldAllBe(image => image.Reason == ScanReasons.RateLimited);
        }
    }

    /// <summary>New tags have come: the chosen ones may make room for newer ones, and for none that are older.</summary>
    [Theory]
    [InlineData(TagOrders.Newest, 1)]
    [InlineData(TagOrders.Newest, 4)]
    [InlineData(TagOrders.Oldest, 1)]
    public async Task Scan_ThrottledWhileNewTagsCome_ChoosesNothingWorseThanBefore(string sortBy, int concurrency)
    {
        const int Limit = 3;
        PushLines();
        var before = await _sandbox.ScanAsync(null, sortBy, Limit, concurrency);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        // Newer and older than all, and one that belongs between.
        Push("1.3.0", 400);
        Push("1.2.9", 390);
        Push("0.9.0", -5);
        Push("2.0.0", 150);
        _sandbox.TakeRequests();
        await _sandbox.ScanAsync(before, sortBy, Limit, concurrency);
        var requests = _sandbox.TakeRequests().Count(request => !request.Contains("tags/", StringComparison.Ordinal));

        for (var answered = 0; answered <= requests; answered++)
        {
            using var fault = ThrottleAfter(answered);

            var after = await _sandbox.ScanAsync(before, sortBy, Limit, concurrency);

            var kept = after.Images.Where(image => before.Images.Any(earlier => earlier.Tag == image.Tag)).ToArray();
            kept.ShouldAllBe(image => image.Timestamps!.FirstSeen == before.LastScanTime);
            // Each place holds what it held, or better.
            var places = after.Images.Select(image => _created[image.Tag]!.Value).Zip(before.Images.Select(image => _created[image.Tag]!.Value));
            var isNewest = sortBy == TagOrders.Newest;
            places.ShouldAllBe(place => isNewest ? place.First >= place.Second : place.First <= place.Second, $"throttled after {answered} answers");
            after.Images.Count.ShouldBe(Limit);
        }
    }

    [Theory]
    [InlineData(TagOrders.Newest)]
    [InlineData(TagOrders.Oldest)]
    public async Task Scan_ImagesWithoutATime_KeepTheirPlacesByVersion(string sortBy)
    {
        foreach (var tag in (string[])["1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0"]) Push(tag, null);
        var before = await _sandbox.ScanAsync(null, sortBy, 2);

        for (var answered = 0; answered < 6; answered++)
        {
            using var fault = ThrottleAfter(answered);

            Tags(await _sandbox.ScanAsync(before, sortBy, 2)).ShouldBe(Tags(before), $"throttled after {answered} answers");
        }
    }

    [Fact]
    public async Task Scan_Progress_IsToldOfEachImageOnceWhetherItCouldBeReadOrNot()
    {
        PushLines();
        var progress = Substitute.For<IRoundProgress>();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/1.1.1"));

        await _sandbox.ScanAsync(null, TagOrders.Newest, 0, concurrency: 4, progress: progress);

        progress.Received(1).TagsListed(12);
        progress.Received(12).ImageRead();
    }

    [Fact]
    public async Task Scan_NewestTagFails_KeepsItsPlaceAndItsData()
    {
        PushLines();
        var before = await _sandbox.ScanAsync(null, TagOrders.Newest, 3);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath($"/manifests/{before.Images[0].Tag}"));
        _sandbox.TakeRequests();

        var after = await _sandbox.ScanAsync(before, TagOrders.Newest, 3);

        Tags(after).ShouldBe(Tags(before));
        var failed = after.Images[0];
        failed.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        failed.Digest.ShouldBe(before.Images[0].Digest);
        failed.Timestamps!.FirstSeen.ShouldBe(before.LastScanTime);
        failed.Timestamps.Created.ShouldBe(before.Images[0].Timestamps!.Created);
        after.Images.Skip(1).ShouldAllBe(image => image.Reason == null);
        after.LastScanStatus.ShouldBe(ScanStatuses.Failed);
    }

    [Fact]
    public async Task Scan_ThrottledForSeveralRounds_KeepsThePlaces()
    {
        PushLines();
        var first = await _sandbox.ScanAsync(null, TagOrders.Newest, 3);
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests().OnManifests());
        var status = first;
        for (var round = 0; round < 3; round++)
        {
            _sandbox.Time.Advance(TimeSpan.FromHours(1));
            status = await _sandbox.ScanAsync(status, TagOrders.Newest, 3);
        }

        Tags(status).ShouldBe(Tags(first));
        status.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == first.LastScanTime);
    }

    [Fact]
    public async Task Scan_TagsThatAreGoneThoughListed_HoldNoPlace()
    {
        // Some registries list tags whose manifests were deleted: these must make room for what is there.
        PushLines();
        var before = await _sandbox.ScanAsync(null, TagOrders.Newest, 3);
        string[] gone = Tags(before);
        using var fault = _sandbox.Registry.Inject(Faults.Status(404).OnManifests().When(request => gone.Contains(request.Path.Value!.Split('/')[^1])));

        var after = await _sandbox.ScanAsync(before, TagOrders.Newest, 3);

        Tags(after).ShouldBe(["1.2.0", "1.1.3", "1.1.2"]);
        after.Images.ShouldAllBe(image => image.Reason == null);
    }

    /// <summary>The status was cut to fit: what the operator remembers beside it keeps the places.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_StatusWasCut_KeepsThePlacesAllTheSame(bool isSameProcess)
    {
        PushLines();
        var memory = new RoundMemory.Entry();
        var whole = JsonSerializer.SerializeToUtf8Bytes(await _sandbox.ScanAsync(null, TagOrders.Newest, 3), RegistryJson.Status).Length;
        var before = await _sandbox.ScanAsync(null, TagOrders.Newest, 3, maximumStatusBytes: whole - 1, memory: memory);
        before.Truncated.ShouldNotBeNull();
        var shown = Tags(before);
        shown.Length.ShouldBeInRange(1, 3);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests().OnManifests());

        var after = await _sandbox.ScanAsync(before, TagOrders.Newest, 3, memory: isSameProcess ? memory : new RoundMemory.Entry());

        // A new process knows what the status shows, and no more.
        var known = isSameProcess ? 3 : shown.Length;
        Tags(after).Take(known).ShouldBe(((string[])["1.2.3", "1.2.2", "1.2.1"]).Take(known));
        after.Images.Take(known).ShouldAllBe(image => image.Timestamps!.FirstSeen == before.LastScanTime);
    }

    /// <summary>Three lines of four, the later ones newer; inside a line times grow with the patch.</summary>
    private void PushLines()
    {
        for (var minor = 0; minor < 3; minor++)
        {
            for (var patch = 0; patch < 4; patch++) Push($"1.{minor}.{patch}", (100 * minor) + (10 * patch));
        }
    }

    /// <summary>The tags can be listed; of the requests after that, so many are answered.</summary>
    private IDisposable ThrottleAfter(int answered) =>
        _sandbox.Registry.Inject(Faults.TooManyRequests().When(request => !request.Path.Value!.Contains("/tags/", StringComparison.Ordinal)).After(answered));

    private void Push(string tag, int? day)
    {
        _created[tag] = day is { } days ? Start.AddDays(days) : null;
        _sandbox.Push(tag, InspectionSandbox.Image(tag, _created[tag]));
    }

    private static string[] Tags(RegistryStatus status) => [.. status.Images.Select(image => image.Tag)];
}
