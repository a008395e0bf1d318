using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What was read once of a tag's image is not read again: not by a later process, and not where images are chosen anew.</summary>
public sealed class TagMemoryRoundTests : IAsyncLifetime
{
    private const int Tags = 60;
    private RoundSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(scanner: null);
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Limit = 3 } });
        // Some say nothing of their age, and one is no image.
        for (var i = 0; i < Tags; i++) _sandbox.Push($"1.{i}.0", Image(i));
        _sandbox.Push("1.99.0", new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").WithFile("text/plain", "chart").Build());
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_ChosenAnew_ReadsNothingButDigests(bool isRestarted)
    {
        await _sandbox.ScanAsync();
        var before = _sandbox.Status.Images;
        if (isRestarted) _sandbox.Restart();
        _sandbox.Time.Advance(ChoiceRecord.BelievedFor + TimeSpan.FromHours(1));
        _sandbox.Registry.Log.Clear();

        await _sandbox.ScanAsync();

        Gets().ShouldBe(["/v2/shop/api/tags/list"]);
        _sandbox.Status.Images.Select(image => (image.Tag, image.Digest)).ShouldBe(before.Select(image => (image.Tag, image.Digest)));
        _sandbox.Status.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_NewImageAfterRestart_ReadsItAlone()
    {
        await _sandbox.ScanAsync();
        _sandbox.Restart();
        _sandbox.Push("1.60.0", Image(Tags));
        _sandbox.Registry.Log.Clear();

        await _sandbox.ScanAsync();

        _sandbox.Status.Images[0].Tag.ShouldBe("1.60.0");
        Gets().Count(path => path.Contains("/manifests/", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Its deletion was missed: what the one before has read is not the new one's.</summary>
    [Fact]
    public async Task Scan_NewResourceOfTheSameName_ReadsForItself()
    {
        await _sandbox.ScanAsync();
        var read = Gets().Length;
        _sandbox.Restart();
        _sandbox.Store.Put(_sandbox.Resource with { Status = null, Metadata = _sandbox.Resource.Metadata with { Uid = "2" } });
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _sandbox.Registry.Log.Clear();

        await _sandbox.ScanAsync();

        Gets().Length.ShouldBe(read);
        _sandbox.Status.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == _sandbox.Now);
    }

    [Fact]
    public async Task Scan_TagsLookedAtAndNotChosen_AreInTheHistory()
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        _sandbox.Push("1.59.0", Image(Tags + 1));
        await _sandbox.ScanAsync();

        var history = await _sandbox.Reports!.FindTagHistoryAsync(RoundSandbox.Repository, tag: null, Cancel);

        history.Count.ShouldBeGreaterThan(_sandbox.Status.Images.Count);
        history[0].Tag.ShouldBe("1.59.0");
        history[0].Images.Select(image => (image.From, image.To)).ShouldBe([(_sandbox.Now, null), (RoundSandbox.Start, _sandbox.Now)]);
        history[0].Images[0].Created.ShouldNotBeNull();
    }

    private string[] Gets() => [.. _sandbox.Registry.Log.Requests.Where(request => request.Method == "GET").Select(request => request.Path)];

    private static TestImage Image(int number)
    {
        var builder = new ImageBuilder().WithLabel("content", $"{number}");
        return (number % 7 == 3 ? builder.WithCreated(DateTimeOffset.UnixEpoch) : builder.WithCreated(RoundSandbox.Start.AddDays(number - 100))).Build();
    }
}
