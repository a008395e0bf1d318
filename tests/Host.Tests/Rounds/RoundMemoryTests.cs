using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class RoundMemoryTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest A = Digest.Compute("a"u8);
    private static readonly Digest B = Digest.Compute("b"u8);
    private readonly RoundMemory _memory = new();

    [Fact]
    public void For_SameResource_IsTheSameMemory() =>
        _memory.For(Resource("1")).ShouldBeSameAs(_memory.For(Resource("1") with { Status = new RegistryStatus() }));

    [Fact]
    public void For_AnotherResource_IsAnotherMemory() => _memory.For(Resource("1")).ShouldNotBeSameAs(_memory.For(Resource("1", "other")));

    [Fact]
    public void For_NamesakeOfOneThatWent_StartsAnew()
    {
        _memory.For(Resource("1")).FailuresInARow = 5;

        _memory.For(Resource("2")).FailuresInARow.ShouldBe(0);
        _memory.For(Resource("2")).ShouldBeSameAs(_memory.For(Resource("2")));
    }

    [Fact]
    public void For_ResourceFromAFile_HasNoUidAndOneMemory() => _memory.For(Resource(null)).ShouldBeSameAs(_memory.For(Resource(null)));

    [Fact]
    public void Forget_Resource_StartsAnewAndLeavesOthers()
    {
        var other = _memory.For(Resource("1", "other"));
        var entry = _memory.For(Resource("1"));

        _memory.Forget(new ResourceKey("shop", "api"));

        _memory.For(Resource("1")).ShouldNotBeSameAs(entry);
        _memory.For(Resource("1", "other")).ShouldBeSameAs(other);
    }

    [Fact]
    public void Tags_OfMoreThanThereIsRoomFor_AreForgottenFromTheLongestUnusedOn()
    {
        string[] tags = [.. Enumerable.Range(0, 10).Select(i => $"v{i}")];
        var memory = new RoundMemory(maximumTagBytes: 1000);
        var (first, second, third) = (memory.For(Resource("1")), memory.For(Resource("1", "second")), memory.For(Resource("1", "third")));
        first.Tags = tags;
        second.Tags = tags;
        first.Tags.ShouldBe(tags);

        third.Tags = tags;

        (first.Tags.Count, second.Tags.Count, third.Tags.Count).ShouldBe((10, 0, 10));
        memory.Forget(new ResourceKey("shop", "api"));
        second.Tags = tags;
        (first.Tags.Count, second.Tags.Count, third.Tags.Count).ShouldBe((0, 10, 10));
    }

    [Fact]
    public void KnownImages_WholeStatus_HasDigestsTimesAndDetails()
    {
        var known = new RoundMemory.Entry().KnownImages(
            Status(Image("1.0.0", A), new ImageStatus { Tag = "none" }, new ImageStatus { Tag = "bad", Digest = "sha256:x" }));

        var image = known.ShouldHaveSingleItem();
        image.Key.ShouldBe("1.0.0");
        (image.Value.Digest, image.Value.FirstSeen, image.Value.Details!.MediaType, image.Value.Details.Size).ShouldBe((A, Then, "m", 5));
    }

    [Fact]
    public void KnownImages_NoStatus_IsEmpty() => new RoundMemory.Entry().KnownImages(null).ShouldBeEmpty();

    [Fact]
    public void KnownImages_TruncatedStatus_HasNoDetails()
    {
        var known = new RoundMemory.Entry().KnownImages(Status(Image("1.0.0", A)) with { Truncated = new TruncationStatus() });

        (known["1.0.0"].Digest, known["1.0.0"].FirstSeen, known["1.0.0"].Details).ShouldBe((A, Then, null));
    }

    [Fact]
    public void Remember_CutStatus_KeepsAllImagesWithoutDetails()
    {
        var entry = new RoundMemory.Entry();
        entry.HasAllImages.ShouldBeFalse();

        entry.Remember([Image("1.0.0", A), Image("1.1.0", B), new ImageStatus { Tag = "unread" }], cut: true);

        entry.HasAllImages.ShouldBeTrue();
        var known = entry.KnownImages(Status(Image("1.0.0", B)));
        known.Keys.ShouldBe(["1.0.0", "1.1.0"], ignoreOrder: true);
        (known["1.0.0"].Digest, known["1.0.0"].FirstSeen, known["1.0.0"].Details).ShouldBe((A, Then, null));
    }

    [Fact]
    public void Remember_NothingCut_GoesByTheStatusAgain()
    {
        var entry = new RoundMemory.Entry();
        entry.Remember([Image("1.0.0", A)], cut: true);

        entry.Remember([Image("1.0.0", A)], cut: false);

        entry.HasAllImages.ShouldBeFalse();
        entry.KnownImages(Status(Image("2.0.0", B))).Keys.ShouldBe(["2.0.0"]);
    }

    [Fact]
    public void Restore_Records_AreAllThatIsKnown()
    {
        var entry = new RoundMemory.Entry();
        var recorded = new Dictionary<string, KnownImage> { ["1.0.0"] = new(A, Then, null) };

        entry.Restore(recorded);
        recorded.Clear();

        entry.HasAllImages.ShouldBeTrue();
        entry.KnownImages(Status(Image("2.0.0", B))).ShouldHaveSingleItem().Value.ShouldBe(new KnownImage(A, Then, null));
    }

    [Fact]
    public void Restore_NothingRecorded_LeavesWhatTheStatusSays()
    {
        var entry = new RoundMemory.Entry();

        entry.Restore(new Dictionary<string, KnownImage>());

        entry.HasAllImages.ShouldBeFalse();
        entry.KnownImages(Status(Image("2.0.0", B))).Keys.ShouldBe(["2.0.0"]);
    }

    /// <summary>Records know neither when an image was created nor whether it is one; the status does, as far as it speaks of the same digest.</summary>
    [Theory]
    [InlineData("a", true)]
    [InlineData("b", false)] // the tag has moved between the two
    public void Restore_RecordWithoutTimes_TakesThemFromTheStatusOfTheSameDigest(string recorded, bool isTaken)
    {
        var entry = new RoundMemory.Entry();
        entry.Restore(new Dictionary<string, KnownImage> { ["1.0.0"] = new(recorded == "a" ? A : B, Then.AddDays(-9), null) });

        var known = entry.KnownImages(Status(Chart(A) with { Tag = "1.0.0" }))["1.0.0"];

        known.Digest.ShouldBe(recorded == "a" ? A : B);
        known.FirstSeen.ShouldBe(Then.AddDays(-9));
        known.Created.ShouldBe(isTaken ? Then.AddDays(-1) : null);
        known.IsImage.ShouldBe(!isTaken);
    }

    [Fact]
    public void Remember_TimesOfACutStatus_AreNotReplacedByThoseOfTheStatus()
    {
        var entry = new RoundMemory.Entry();
        entry.Remember([Chart(A)], cut: true);

        var status = Status(Image("chart", A) with { Timestamps = new ImageTimestampsStatus { Created = Then } });
        var known = entry.KnownImages(status with { Truncated = new TruncationStatus() });

        (known["chart"].Created, known["chart"].IsImage).ShouldBe((Then.AddDays(-1), false));
    }

    private static ImageStatus Chart(Digest digest) => Image("chart", digest) with
    {
        Reason = ScanReasons.NotAnImage,
        Timestamps = new ImageTimestampsStatus { FirstSeen = Then, Created = Then.AddDays(-1) },
    };

    private static RegistryResource Resource(string? uid, string name = "api") =>
        new() { Metadata = new ObjectMeta { Namespace = "shop", Name = name, Uid = uid } };

    private static RegistryStatus Status(params ImageStatus[] images) => new() { Images = images };

    private static ImageStatus Image(string tag, Digest digest) =>
        new() { Tag = tag, Digest = digest.ToString(), MediaType = "m", Size = 5, Timestamps = new ImageTimestampsStatus { FirstSeen = Then } };
}
