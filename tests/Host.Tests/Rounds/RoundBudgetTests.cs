using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What one round may use: time, and nothing for what is no tag.</summary>
public sealed class RoundBudgetTests : IAsyncLifetime
{
    private RoundSandbox _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync();
        _sandbox.ChangeSpec(spec => spec with { ScanConfig = new ScanConfigSpec { Timeout = "1h", RetryAttempts = 10, RetryDelay = "1h", Concurrency = 1 } });
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_ListOfTagsNeverEnds_IsTimedOutAfterTenMinutesAndKeepsWhatIsKnown()
    {
        _sandbox.Push("1.0.0");
        await _sandbox.ScanAsync();
        var before = _sandbox.Status.Images;
        var requests = _sandbox.Registry.RequestCount;
        using var fault = _sandbox.Registry.Inject(Faults.Hang().OnPath("/tags/list"));

        var round = _sandbox.ScanAsync();
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount > requests, "asked");
        _sandbox.Time.Advance(TimeSpan.FromSeconds(599));
        round.IsCompleted.ShouldBeFalse();
        var failure = (await _sandbox.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), round)).Failure.ShouldNotBeNull();

        failure.Reason.ShouldBe(ScanReasons.TimedOut);
        failure.Message.ShouldContain("Reading:TimeoutSeconds");
        _sandbox.Status.Images.Count.ShouldBe(before.Count);
        _sandbox.Status.Images[0].Digest.ShouldBe(before[0].Digest);
    }

    [Fact]
    public async Task Scan_ImagesNeverEnd_KeepsThoseThatWereRead()
    {
        for (var i = 0; i < 6; i++) _sandbox.Push($"1.{i}.0");
        using var fault = _sandbox.Registry.Inject(Faults.Hang().OnManifests().After(2));

        var round = _sandbox.ScanAsync();
        // The list, two images of two requests each, and the one that hangs.
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 6, "asked");
        var failure = (await _sandbox.Time.AdvanceUntilAsync(TimeSpan.FromMinutes(1), round)).Failure.ShouldNotBeNull();

        failure.Reason.ShouldBe(ScanReasons.TimedOut);
        failure.Message.ShouldStartWith("4 of 6 images were not read");
        _sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        _sandbox.Status.Images.Count(image => image.Config is not null).ShouldBe(2);
        _sandbox.Status.Images.Count(image => image.Reason == ScanReasons.TimedOut).ShouldBe(4);
    }

    [Fact]
    public async Task Scan_EntriesOfTheListThatAreNoTags_AreCountedSaidAndLeftOut()
    {
        _sandbox.Push("1.0.0");
        using var fault = _sandbox.Registry.Inject(
            Faults.Body("application/json", """{"tags":["1.0.0","no tag","\u001b[31m"]}"""u8.ToArray()).OnPath("/tags/list"));

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Images.ShouldHaveSingleItem().Tag.ShouldBe("1.0.0");
        _sandbox.Status.Tags.ShouldNotBeNull().Invalid.ShouldBe(2);
        _sandbox.Status.Tags.Found.ShouldBe(1);
        _sandbox.Status.Message.ShouldBe("2 entries of the registry's list are no tags and were left out.");
    }
}
