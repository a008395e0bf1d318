using CsCheck;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>
/// Rounds with faults at random: throttled after some answers, the newest image failing, the list of tags cut, the process killed. Whatever happens, the status
/// has no fewer and no older images than before, unless a list that is whole says so.
/// </summary>
public sealed class FaultPropertyTests
{
    private const int Limit = 4;

    private enum Fate
    {
        Well,
        Throttled,
        NewestFails,
        AnyFails,
        ListIsCut,
        ListIsNone,
        Killed,
    }

    private static readonly Gen<Step[]> Steps = Gen
        .Select(Gen.Enum<Fate>(), Gen.Int[0, 30], Gen.Int[0, 3], Gen.Bool, (fate, after, pushed, restarts) => new Step(fate, after, pushed, restarts))
        .Array[4, 10];

    [Theory]
    [InlineData(TagOrders.Newest, Limit)]
    [InlineData(TagOrders.Newest, 0)]
    [InlineData(TagOrders.Version, Limit)]
    public Task Scan_FaultsAtRandom_LosesNothing(string sortBy, int limit) =>
        Steps.SampleAsync(steps => RunAsync(sortBy, limit, steps), iter: 12, threads: 1);

    private static async Task RunAsync(string sortBy, int limit, Step[] steps)
    {
        await using var sandbox = await RoundSandbox.StartAsync(scanner: null);
        sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Limit = limit, SortBy = sortBy } });
        var created = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var i = 0; i < 30; i++) Push(sandbox, created, i);
        await sandbox.ScanAsync();
        foreach (var image in sandbox.Status.Images.ToArray()) sandbox.SetImage(image.Tag, RoundSandbox.WithSections);
        foreach (var step in steps)
        {
            sandbox.Time.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < step.Pushed; i++) Push(sandbox, created, created.Count);
            if (step.Restarts) sandbox.Restart();
            var before = sandbox.Status;
            var killed = await ScanAsync(sandbox, step, $"1.{created.Count - 1}.0");

            ShouldHaveLostNothing(before, sandbox.Status, created, killed ? "killed" : $"{step}");
        }

        sandbox.Time.Advance(TimeSpan.FromHours(1));
        await sandbox.ScanAsync();
        sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Success);
        sandbox.Status.Images[0].Tag.ShouldBe($"1.{created.Count - 1}.0");
        sandbox.Status.Images.ShouldAllBe(image => image.Reason == null && image.Config != null);
    }

    private static void ShouldHaveLostNothing(RegistryStatus before, RegistryStatus after, Dictionary<string, DateTimeOffset> created, string what)
    {
        after.Images.Count.ShouldBeGreaterThanOrEqualTo(before.Images.Count, what);
        var places = after.Images.Where(image => image.Config is not null).Select(image => created[image.Tag]).OrderDescending().ToArray();
        var earlier = before.Images.Where(image => image.Config is not null).Select(image => created[image.Tag]).OrderDescending().ToArray();
        places.Length.ShouldBeGreaterThanOrEqualTo(earlier.Length, what);
        earlier.Zip(places).ShouldAllBe(pair => pair.Second >= pair.First, what);
        foreach (var image in after.Images)
        {
            if (before.Images.SingleOrDefault(one => one.Tag == image.Tag) is not { } known) continue;
            image.Timestamps!.FirstSeen.ShouldBe(known.Timestamps!.FirstSeen, what);
            if (known.Config is null) continue;
            (image.Digest, image.Vulnerabilities?.Critical).ShouldBe((known.Digest, known.Vulnerabilities?.Critical), what);
            image.Config.ShouldNotBeNull(what);
        }

        if (after.LastScanStatus == ScanStatuses.Success) after.Images.ShouldAllBe(image => image.Reason == null, what);
        else after.Message.ShouldNotBeNullOrEmpty(what);
        if (after.Images.Any(image => image.Reason is ScanReasons.RateLimited or ScanReasons.RegistryUnavailable))
            after.LastScanStatus.ShouldBe(ScanStatuses.Failed, what);
    }

    /// <returns>True where it was killed, and left nothing.</returns>
    private static async Task<bool> ScanAsync(RoundSandbox sandbox, Step step, string newest)
    {
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var fault = step.Fate switch
        {
            Fate.Throttled => Faults.TooManyRequests(TimeSpan.FromSeconds(1)).After(step.After),
            Fate.NewestFails => Faults.Status(500).OnPath($"/manifests/{newest}"),
            Fate.AnyFails => Faults.Status(500).OnManifests().After(step.After).Times(1),
            Fate.ListIsCut => Faults.Truncate(10 + step.After).OnTags(),
            Fate.ListIsNone => Faults.Body("application/json", (step.After % 3) switch
            {
                0 => "{}"u8.ToArray(),
                1 => "null"u8.ToArray(),
                _ => """{"errors":[{"code":"UNKNOWN"}]}"""u8.ToArray(),
            }).OnTags(),
            Fate.Killed => new Fault(_ =>
            {
                killing.Cancel();
                return Task.FromResult(false);
            }).After(step.After),
            _ => null,
        };
        using var injected = fault is null ? null : sandbox.Registry.Inject(fault);
        try
        {
            await sandbox.ScanAsync(cancellationToken: killing.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            sandbox.Restart();
            return true;
        }
    }

    /// <summary>Each is newer than those before, and some were made of an older line.</summary>
    private static void Push(RoundSandbox sandbox, Dictionary<string, DateTimeOffset> created, int number)
    {
        var time = RoundSandbox.Start.AddDays(number - 400);
        created[$"1.{number}.0"] = time;
        sandbox.Push($"1.{number}.0", new ImageBuilder().WithCreated(time).WithLabel("content", $"{number}").Build());
    }

    private sealed record Step(Fate Fate, int After, int Pushed, bool Restarts);
}
