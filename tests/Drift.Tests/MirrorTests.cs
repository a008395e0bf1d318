using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Drift.Tests;

/// <summary>Workloads that pull from a mirror: what the registry has lost they can still pull, and a mirror may have images of its own.</summary>
public sealed class MirrorTests : IAsyncLifetime
{
    private static readonly Digest Own = Digest.Parse("sha256:" + new string('a', 64));

    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await ScanSandbox.StartAsync();
        _sandbox.Push("1.0.0", 1, createdHour: -9);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("1.0.0-corp", "1.0.0-corp")]
    [InlineData("2.0.0@DIGEST", "the image SHORT")]
    [InlineData("1.0.0@DIGEST", "the image SHORT")] // rebuilt by the mirror's owner
    [InlineData("@DIGEST", "the image SHORT")]
    public async Task Check_OnlyTheMirrorHasIt_IsNoAlarm(string written, string what)
    {
        var workload = Runs(written.Replace("DIGEST", $"{Own}", StringComparison.Ordinal), Own);

        for (var check = 0; check < 4; check++)
        {
            var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

            (drift.State, drift.Recommendation, drift.Changes.Count).ShouldBe((DriftState.Unknown, DriftRecommendation.NoAction, 0));
            what = what.Replace("SHORT", Short(Own), StringComparison.Ordinal);
            drift.Message.ShouldBe($"As far as is known, only the mirror {ScanSandbox.Mirror} has {what}.");
        }
    }

    private static string Short(Digest digest) => $"sha256:{digest.Encoded[..12]}";

    /// <summary>It was seen by an earlier check, by one of when the workload pulled from the registry itself, or by the host.</summary>
    [Theory]
    [InlineData("check")]
    [InlineData("before the move")]
    [InlineData("host")]
    public async Task Check_TagIsGoneUpstream_SaysThatTheMirrorMayHaveTheLastCopy(string seenBy)
    {
        var running = _sandbox.Push("1.27.2", 2);
        var workload = Runs("1.27.2", running.Digest);
        if (seenBy == "host") _sandbox.EarlierTags["1.27.2"] = [new TagHistoryEntry(running.Digest, ScanSandbox.Start.AddDays(-9), ScanSandbox.Start)];
        else await _sandbox.CheckAsync(seenBy == "check" ? workload : ScanSandbox.Runs("1.27.2", running.Digest));
        Remove("1.27.2");
        if (seenBy == "before the move") await _sandbox.CheckAsync(ScanSandbox.Runs("1.27.2", running.Digest), afterAnInterval: true);

        (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.Count.ShouldBe(seenBy == "before the move" ? 1 : 0);
        for (var check = 0; check < 2; check++)
        {
            var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

            drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.MissingUpstream);
            drift.Recommendation.ShouldBe(DriftRecommendation.ReviewRequired);
            drift.Message.ShouldBe(
                $"The upstream registry does not have 1.27.2 any more: the copy in {ScanSandbox.Mirror} may be the last one. Keep that copy.");
        }
    }

    [Theory]
    [InlineData("1.27.2@", false)]
    [InlineData("@", false)]
    [InlineData("@", true)]
    public async Task Check_PinnedDigestIsGoneUpstream_SaysThatTheMirrorMayHaveTheLastCopy(string written, bool isKnownToTheHost)
    {
        var running = _sandbox.Push("1.27.2", 2);
        if (written == "@") Untag();
        var workload = Runs(written + running.Digest, running.Digest);
        if (isKnownToTheHost) _sandbox.EarlierTags["0.9"] = [new TagHistoryEntry(running.Digest, ScanSandbox.Start.AddDays(-9), ScanSandbox.Start)];
        else await _sandbox.CheckAsync(workload);
        if (written != "@") Untag();
        using var gone = _sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath($"/manifests/{running.Digest}"));
        await _sandbox.CheckAsync(workload, afterAnInterval: true);

        var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

        drift.Changes.ShouldHaveSingleItem().Message
            .ShouldBe($"The upstream registry does not have the image {Short(running.Digest)} any more: the copy in {ScanSandbox.Mirror} may be the last one.");
        drift.Message!.ShouldNotContain("can't pull");

        void Untag()
        {
            Remove("1.27.2");
            _sandbox.Registry.Add(ScanSandbox.Repository, null, running);
        }
    }

    /// <summary>Nothing was looked for in a list that is not whole.</summary>
    [Fact]
    public async Task Check_ListIsNotWhole_DoesNotSayThatOnlyTheMirrorHasIt()
    {
        _sandbox.IsTagListComplete = false;

        var drift = await _sandbox.CheckAsync(Runs("1.27.2"));

        drift.Message.ShouldBe("The registry does not show 1.27.2 now; the next check looks again.");
    }

    [Fact]
    public async Task Check_MirrorsTagIsThereUpstreamAndHasMoved_SaysWhenPodsGetTheNewOne()
    {
        var before = _sandbox.Push("latest", 1);
        _sandbox.Push("latest", 2);

        var drift = await _sandbox.CheckAsync(Runs("latest", before.Digest));

        drift.Message!.ShouldEndWith($"New Pods that pull the image get the new one once {ScanSandbox.Mirror} has it.");
    }

    [Fact]
    public async Task Check_MirrorsTagWentBackUpstream_SaysWhatPodsPull()
    {
        var before = _sandbox.Push("latest", 1, createdHour: 2);
        _sandbox.Push("latest", 2, createdHour: 1);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var drift = await _sandbox.CheckAsync(Runs("latest", before.Digest));

        drift.Message!.ShouldEndWith($"Pods pull from {ScanSandbox.Mirror}: find out why before the older image is copied there.");
    }

    /// <summary>A copy that was pushed by hand often has layers, and so a digest, of its own. Of one that the registry had, the tag was rewritten.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Check_MirrorHasAnotherImageOfAVersion_IsRewrittenOnlyWhereTheRegistryHadIt(bool wasSeen, bool expectsImmutableTags)
    {
        _sandbox.Options = new DriftOptions { ExpectImmutableTags = expectsImmutableTags };
        if (wasSeen) _sandbox.EarlierTags["0.9"] = [new TagHistoryEntry(Own, ScanSandbox.Start.AddDays(-9), ScanSandbox.Start)];

        var drift = await _sandbox.CheckAsync(Runs("1.0.0", Own));

        drift.Changes.Select(change => change.Kind).ShouldBe(wasSeen ? [TagChangeKind.TagRewritten] : []);
        if (wasSeen)
        {
            drift.Message!.ShouldEndWith($"Pods pull from {ScanSandbox.Mirror}: find out who changed it before the new image is copied there.");
            return;
        }

        (drift.State, drift.Recommendation).ShouldBe((DriftState.Unknown, DriftRecommendation.NoAction));
        drift.Message!.ShouldStartWith($"Whether the version was rewritten is not known, since only {ScanSandbox.Mirror} has what runs: 1.0.0 names ");
    }

    /// <summary>As an earlier version has written it.</summary>
    [Fact]
    public void Memory_LacksWhatWasSeen_HasSeenNothing()
    {
        var document = new ReportDocument(ImageMemory.MediaType, """{"images":{},"noImages":{},"tags":{},"missing":{},"gone":[]}"""u8.ToArray());
        var last = new StoredResult<RegistryScanResult>(new RegistryScanResult { Result = "UpToDate", Documents = [document] }, "drift", ScanSandbox.Start);

        ImageMemory.Of(last).Had.ShouldBeEmpty();
    }

    private static Workload Runs(string written, params Digest[] digests) => ScanSandbox.FromMirror(ScanSandbox.Runs(written, digests));

    private void Remove(string tag)
    {
        _sandbox.Registry.RemoveTag(ScanSandbox.Repository, tag);
        _sandbox.Tags.Remove(tag);
    }
}
