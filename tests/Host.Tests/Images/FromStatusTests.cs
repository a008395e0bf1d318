using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>What is taken over from the status of an earlier scan.</summary>
public class FromStatusTests
{
    private static readonly Digest Named = Digest.Compute("image"u8);
    private static readonly DateTimeOffset Created = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ImageStatus Whole = new()
    {
        Tag = "1.2.0",
        Digest = Named.ToString(),
        MediaType = MediaTypes.OciIndex,
        Size = 1234,
        Platforms = ["linux/amd64", "linux/arm64"],
        PlatformDigests = [new PlatformDigestStatus { Platform = "linux/amd64", Digest = Named.ToString() }],
        Config = new ImageConfigStatus { User = "app" },
        Timestamps = new ImageTimestampsStatus { Created = Created, FirstSeen = Created.AddDays(1), Age = "9d" },
    };

    [Fact]
    public void Details_WholeStatus_HaveAllOfIt()
    {
        var details = ImageDetails.FromStatus(Whole).ShouldNotBeNull();

        details.MediaType.ShouldBe(MediaTypes.OciIndex);
        details.Size.ShouldBe(1234);
        details.Platforms.ShouldBe(["linux/amd64", "linux/arm64"]);
        details.PlatformDigests.ShouldBe(Whole.PlatformDigests);
        details.Config.ShouldBe(Whole.Config);
        details.Created.ShouldBe(Created);
        details.Reason.ShouldBeNull();
        details.Message.ShouldBeNull();
    }

    [Fact]
    public void Details_WhatIsNoImage_KeepItsReason()
    {
        var details = ImageDetails.FromStatus(Whole with { Reason = ScanReasons.NotAnImage, Message = "A chart.", Timestamps = null }).ShouldNotBeNull();

        (details.Reason, details.Message, details.Created).ShouldBe((ScanReasons.NotAnImage, "A chart.", null));
    }

    /// <summary>A reason that is no property of the digest says that the details beside it are old: they are read anew.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData(ScanReasons.NotAnImage, true)]
    [InlineData(ScanReasons.UnsupportedManifest, true)]
    [InlineData(ScanReasons.Filtered, false)]
    [InlineData(ScanReasons.ScannerUnavailable, false)]
    [InlineData(ScanReasons.TimedOut, false)]
    [InlineData(ScanReasons.Unauthorized, false)]
    [InlineData(ScanReasons.RateLimited, false)]
    [InlineData(ScanReasons.TooLarge, false)]
    [InlineData(ScanReasons.NotFound, false)]
    [InlineData(ScanReasons.InvalidContent, false)]
    [InlineData(ScanReasons.RegistryUnavailable, false)]
    [InlineData(ScanReasons.Failed, false)]
    public void Details_Reason_SaysWhetherTheyAreComplete(string? reason, bool isComplete) =>
        (ImageDetails.FromStatus(Whole with { Reason = reason }) is not null).ShouldBe(isComplete);

    [Theory]
    [InlineData(null, "type")]
    [InlineData("sha256:x", null)]
    public void Details_NeverRead_AreNone(string? digest, string? mediaType)
    {
        ImageDetails.FromStatus(new ImageStatus { Tag = "1", Digest = digest, MediaType = mediaType }).ShouldBeNull();
        ImageDetails.FromStatus(new ImageStatus { Tag = "1", Digest = digest, MediaType = mediaType, Reason = ScanReasons.NotAnImage }).ShouldBeNull();
    }

    [Fact]
    public void Image_WholeStatus_HasTagDigestAndDetails()
    {
        var image = InspectedImage.FromStatus(Whole);

        image.Tag.Tag.ShouldBe("1.2.0");
        image.Tag.Version!.PartCount.ShouldBe(3);
        image.Digest.ShouldBe(Named);
        image.Details.ShouldNotBeNull();
        image.Reason.ShouldBeNull();
        image.IsImage.ShouldBeTrue();
        image.Created.ShouldBe(Created);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("latest")]
    public void Image_StatusWithoutADigest_HasItsReason(string? digest)
    {
        var image = InspectedImage.FromStatus(new ImageStatus { Tag = "x", Digest = digest, Reason = ScanReasons.NotFound, Message = "Gone." });

        image.Digest.ShouldBeNull();
        image.Details.ShouldBeNull();
        (image.Reason, image.Message, image.IsImage).ShouldBe((ScanReasons.NotFound, "Gone.", false));
    }

    [Fact]
    public void Known_WholeStatus_HasAllOfIt()
    {
        var known = KnownImage.FromStatus(Whole, isCut: false).ShouldNotBeNull();

        known.Digest.ShouldBe(Named);
        known.FirstSeen.ShouldBe(Created.AddDays(1));
        known.Created.ShouldBe(Created);
        known.Details.ShouldNotBeNull().Config.ShouldBe(Whole.Config);
        known.IsImage.ShouldBeTrue();
    }

    [Fact]
    public void Known_CutStatus_HasNoDetailsButItsTimes()
    {
        // As it is after a cut: what is left of the details is not all of them.
        var known = KnownImage.FromStatus(Whole with { Config = null, PlatformDigests = [] }, isCut: true).ShouldNotBeNull();

        known.Details.ShouldBeNull();
        known.Created.ShouldBe(Created);
        known.FirstSeen.ShouldBe(Created.AddDays(1));
        known.IsImage.ShouldBeTrue();
    }

    [Fact]
    public void Known_CutStatusWithItsConfiguration_StillHasNoDetails() => KnownImage.FromStatus(Whole, isCut: true)!.Details.ShouldBeNull();

    [Theory]
    [InlineData(ScanReasons.RateLimited)]
    [InlineData(ScanReasons.RegistryUnavailable)]
    public void Known_StatusOfARoundThatFailed_IsStillAnImageOfItsTime(string reason)
    {
        var known = KnownImage.FromStatus(Whole with { Reason = reason }, isCut: false).ShouldNotBeNull();

        known.Details.ShouldBeNull();
        known.Created.ShouldBe(Created);
        known.IsImage.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ScanReasons.NotAnImage, MediaTypes.OciManifest, false)]
    [InlineData(ScanReasons.UnsupportedManifest, MediaTypes.DockerManifestSchema1, false)]
    [InlineData(ScanReasons.NotAnImage, MediaTypes.OciManifest, true)]
    [InlineData(ScanReasons.RateLimited, MediaTypes.OciManifest, false)] // no image, overwritten by a failure: it has no configuration
    [InlineData(ScanReasons.NotFound, null, false)] // never read
    [InlineData(ScanReasons.NotFound, null, true)]
    public void Known_WhatWasNoImage_IsNone(string reason, string? mediaType, bool isCut) =>
        KnownImage.FromStatus(new ImageStatus { Tag = "x", Digest = Named.ToString(), MediaType = mediaType, Reason = reason }, isCut)!.IsImage.ShouldBeFalse();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("latest")]
    public void Known_StatusWithoutADigest_IsNothing(string? digest) =>
        KnownImage.FromStatus(new ImageStatus { Tag = "x", Digest = digest }, isCut: false).ShouldBeNull();

    [Fact]
    public void Known_OfDetailsAlone_HasTheirTimeAndKind()
    {
        new KnownImage(Named, null, SampleDetails.Image(Created)).Created.ShouldBe(Created);
        new KnownImage(Named, null, SampleDetails.Image()).IsImage.ShouldBeTrue();
        new KnownImage(Named, null, SampleDetails.NoImage()).IsImage.ShouldBeFalse();
        new KnownImage(Named, null, null).Created.ShouldBeNull();
        new KnownImage(Named, null, null).IsImage.ShouldBeTrue();
    }

    [Fact]
    public void Created_ReadImage_IsItsOwnAndNotTheLastKnown()
    {
        var last = new KnownImage(Named, null, null) { Created = Created };

        new InspectedImage(VersionedTag.Read("1")) { Details = SampleDetails.Image(), LastKnown = last }.Created.ShouldBeNull();
        new InspectedImage(VersionedTag.Read("1")) { Details = SampleDetails.NoImage(), LastKnown = last }.IsImage.ShouldBeFalse();
        new InspectedImage(VersionedTag.Read("1")) { LastKnown = last }.Created.ShouldBe(Created);
        new InspectedImage(VersionedTag.Read("1")) { LastKnown = last }.IsImage.ShouldBeTrue();
        new InspectedImage(VersionedTag.Read("1")) { LastKnown = last with { IsImage = false } }.IsImage.ShouldBeFalse();
        new InspectedImage(VersionedTag.Read("1")).IsImage.ShouldBeFalse();
    }

    /// <summary>What is remembered of a status that had to be cut: all but the details.</summary>
    [Fact]
    public void Memory_StatusThatWasCut_KnowsTheTimesOfAllImages()
    {
        var memory = new RoundMemory.Entry();
        memory.Remember(
            [
                Whole, Whole with { Tag = "chart", Reason = ScanReasons.NotAnImage, Timestamps = null, Config = null },
                new ImageStatus { Tag = "new" }, new ImageStatus { Tag = "odd", Digest = "odd" },
            ],
            cut: true);

        // The status shows fewer images than are remembered.
        var known = memory.KnownImages(new RegistryStatus { Truncated = new TruncationStatus() });

        known.Keys.ShouldBe(["1.2.0", "chart"], ignoreOrder: true);
        known["1.2.0"].ShouldBe(new KnownImage(Named, Created.AddDays(1), null) { Created = Created });
        known["chart"].IsImage.ShouldBeFalse();
        known["chart"].Details.ShouldBeNull();
    }

    [Fact]
    public void Memory_RestoredFromRecords_TakesTheTimesThatTheStatusStillTells()
    {
        var memory = new RoundMemory.Entry();
        memory.Restore(new Dictionary<string, KnownImage>
        {
            ["1.2.0"] = new(Named, Created.AddDays(7), null),
            ["moved"] = new(Digest.Compute("another"u8), Created.AddDays(7), null),
            ["cut"] = new(Named, Created.AddDays(7), null),
        });
        var known = memory.KnownImages(
            new RegistryStatus { Images = [Whole, Whole with { Tag = "moved" }, Whole with { Tag = "unrecorded" }], Truncated = new TruncationStatus() });

        known.Keys.ShouldBe(["1.2.0", "moved", "cut"], ignoreOrder: true);
        known["1.2.0"].ShouldBe(new KnownImage(Named, Created.AddDays(7), null) { Created = Created });
        known["moved"].Created.ShouldBeNull();
        known["cut"].Created.ShouldBeNull();
    }

    [Fact]
    public void Memory_StatusOfAnEarlierProcessThatWasCut_KnowsNoDetails()
    {
        var known = new RoundMemory.Entry().KnownImages(new RegistryStatus { Images = [Whole], Truncated = new TruncationStatus() });

        known["1.2.0"].ShouldBe(new KnownImage(Named, Created.AddDays(1), null) { Created = Created });
    }

    [Fact]
    public void Memory_StatusThatIsWhole_KnowsItsDetails()
    {
        var known = new RoundMemory.Entry().KnownImages(
            new RegistryStatus { Images = [Whole, new ImageStatus { Tag = "never", Reason = ScanReasons.NotFound }] });

        known.ShouldHaveSingleItem().Value.Details.ShouldNotBeNull();
        new RoundMemory.Entry().KnownImages(null).ShouldBeEmpty();
    }
}
