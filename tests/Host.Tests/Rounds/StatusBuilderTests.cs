using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class StatusBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Seen = Now.AddDays(-10);
    private static readonly Digest Old = Digest.Compute("old"u8);
    private static readonly Digest New = Digest.Compute("new"u8);

    private static readonly ImageDetails Details = new()
    {
        MediaType = "m",
        Size = 5,
        Platforms = ["linux/amd64"],
        PlatformDigests = [new PlatformDigestStatus { Platform = "linux/amd64", Digest = "d" }],
        Config = new ImageConfigStatus { User = "root" },
        Created = Now.AddDays(-2),
    };

    private static readonly ImageStatus Earlier = new()
    {
        Tag = "1.0.0",
        Digest = Old.ToString(),
        MediaType = "old",
        Size = 1,
        Platforms = ["linux/s390x"],
        Config = new ImageConfigStatus { User = "old" },
        Timestamps = new ImageTimestampsStatus { Created = Now.AddDays(-20), FirstSeen = Seen, Age = "1d" },
        Usage = new ImageUsageStatus { WorkloadCount = 2 },
        Vulnerabilities = new VulnerabilitiesStatus { Critical = 1 },
        Sbom = new SbomStatus { TotalPackages = 1 },
        Provenance = new ProvenanceStatus { Signed = true },
        Scans = new Dictionary<string, CustomScanStatus> { ["a"] = new() },
        OtherFields = new Dictionary<string, System.Text.Json.JsonElement> { ["later"] = System.Text.Json.JsonElement.Parse("1") },
    };

    [Fact]
    public void Build_NewTag_IsWhatWasRead()
    {
        var image = Build(Read(New), before: null);

        image.Tag.ShouldBe("1.0.0");
        image.Digest.ShouldBe(New.ToString());
        (image.MediaType, image.Size, image.Reason, image.Message).ShouldBe(("m", 5, null, null));
        image.Platforms.ShouldBe(Details.Platforms);
        image.PlatformDigests.ShouldBe(Details.PlatformDigests);
        image.Config.ShouldBe(Details.Config);
        image.Timestamps.ShouldBe(new ImageTimestampsStatus { Created = Now.AddDays(-2), FirstSeen = Now, Age = "2d" });
        (image.Usage, image.Vulnerabilities, image.Sbom, image.Provenance, image.OtherFields).ShouldBe((null, null, null, null, null));
        image.Scans.ShouldBeEmpty();
    }

    [Fact]
    public void Build_NoImage_HasItsReason()
    {
        var image = Build(Read(New) with { Details = Details with { Reason = ScanReasons.NotAnImage, Message = "a chart" } }, Earlier);

        (image.Reason, image.Message).ShouldBe((ScanReasons.NotAnImage, "a chart"));
    }

    [Fact]
    public void Build_SameDigest_KeepsResultsBesideTheNewDetails()
    {
        var image = Build(Read(Old), Earlier);

        (image.MediaType, image.Size, image.Config!.User).ShouldBe(("m", 5, "root"));
        (image.Usage, image.Vulnerabilities, image.Sbom, image.Provenance, image.OtherFields)
            .ShouldBe((Earlier.Usage, Earlier.Vulnerabilities, Earlier.Sbom, Earlier.Provenance, Earlier.OtherFields));
        image.Scans.ShouldBe(Earlier.Scans);
        image.Timestamps!.FirstSeen.ShouldBe(Seen);
    }

    [Fact]
    public void Build_OtherDigest_KeepsUsageAndFirstSeenAlone()
    {
        var image = Build(Read(New), Earlier);

        (image.Vulnerabilities, image.Sbom, image.Provenance, image.OtherFields).ShouldBe((null, null, null, null));
        image.Scans.ShouldBeEmpty();
        image.Usage.ShouldBe(Earlier.Usage);
        image.Timestamps!.FirstSeen.ShouldBe(Seen);
    }

    [Theory]
    [InlineData(false)] // not even the digest could be found out
    [InlineData(true)]
    public void Build_UnreadAndNotMoved_KeepsAllAndSaysWhy(bool digestIsKnown)
    {
        var image = Build(Unread(digestIsKnown ? Old : null), Earlier);

        image.ShouldBe(Earlier with
        {
            Reason = "TimedOut",
            Message = "too slow",
            Timestamps = new ImageTimestampsStatus { Created = Now.AddDays(-20), FirstSeen = Seen, Age = "20d" },
        });
    }

    [Fact]
    public void Build_UnreadAndMoved_HasTheNewDigestAndNothingOfTheOldButUsage() => Build(Unread(New), Earlier).ShouldBe(new ImageStatus
    {
        Tag = "1.0.0",
        Digest = New.ToString(),
        Reason = "TimedOut",
        Message = "too slow",
        Usage = Earlier.Usage,
        Timestamps = new ImageTimestampsStatus { FirstSeen = Seen },
    });

    [Fact]
    public void Build_UnreadAndNew_HasTheReasonAlone()
    {
        var image = Build(Unread(null), before: null);

        image.ShouldBe(new ImageStatus
        {
            Tag = "1.0.0",
            Reason = "TimedOut",
            Message = "too slow",
            Timestamps = new ImageTimestampsStatus { FirstSeen = Now },
        });
    }

    [Fact]
    public void Build_DetailsOfAnEarlierScan_AreNotTakenForRead()
    {
        var image = Build(Unread(Old) with { Details = Details }, Earlier);

        (image.Reason, image.MediaType, image.Vulnerabilities).ShouldBe(("TimedOut", "old", Earlier.Vulnerabilities));
    }

    [Theory]
    [InlineData(-5, -3, -5)] // what is remembered counts before the status
    [InlineData(-3, -5, -3)]
    [InlineData(null, -3, -3)]
    [InlineData(-5, null, -5)]
    [InlineData(null, null, 0)]
    [InlineData(1, -3, -3)] // of the future
    [InlineData(null, 1, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(0, 0, 0)]
    public void Build_FirstSeen_IsTheFirstOneThatCanBeTrue(int? remembered, int? status, int expected)
    {
        var known = new Dictionary<string, KnownImage>();
        if (remembered is { } days) known["1.0.0"] = new KnownImage(Old, Now.AddDays(days), null);
        var earlier = Earlier with { Timestamps = status is { } seen ? new ImageTimestampsStatus { FirstSeen = Now.AddDays(seen) } : null };

        foreach (var image in (InspectedImage[])[Read(Old), Read(New), Unread(null)])
            new StatusBuilder(new RegistryStatus { Images = [earlier] }, known, Now).Build(image).Timestamps!.FirstSeen.ShouldBe(Now.AddDays(expected));
    }

    /// <summary>The clock of an image under its tag: it begins with another image, and not where nothing is known of it for a while.</summary>
    [Theory]
    [InlineData(false, -5, "same", null)]
    [InlineData(true, -5, "same", -5)]
    [InlineData(true, -5, "unread", -5)]
    [InlineData(true, -5, "other", 0)]
    [InlineData(true, null, "same", 0)]
    [InlineData(true, 5, "same", 0)] // of the future
    public void Build_UnchangedSince_IsTheClockOfTheImage(bool keepsClocks, int? before, string found, int? expected)
    {
        DateTimeOffset? since = before is { } day ? Now.AddDays(day) : null;
        var earlier = Earlier with { Timestamps = new ImageTimestampsStatus { FirstSeen = Seen, UnchangedSince = since } };
        var builder = new StatusBuilder(new RegistryStatus { Images = [earlier] }, new Dictionary<string, KnownImage>(), Now, keepsClocks);

        var image = builder.Build(found switch { "same" => Read(Old), "other" => Read(New), _ => Unread(null) });

        image.Timestamps!.UnchangedSince.ShouldBe(expected is { } days ? Now.AddDays(days) : null);
    }

    /// <summary>Where no status tells, the store does: of the tag, its first entry; of the image, the entry of its own digest.</summary>
    [Theory]
    [InlineData(false, -9, -4, "new", -9, -4)]
    [InlineData(false, -9, -4, "old", -9, 0)] // not recorded as what the tag names now
    [InlineData(false, -9, 4, "new", -9, 0)] // of the future
    [InlineData(false, 9, 4, "new", 0, 0)]
    [InlineData(false, null, -4, "new", -4, -4)]
    [InlineData(false, null, null, "new", 0, 0)]
    [InlineData(true, -9, -4, "old", -10, -6)] // what the status tells comes first
    [InlineData(true, -9, -4, "new", -10, -4)]
    public void Build_History_IsTheClockWhereNoStatusTells(bool isInStatus, int? first, int? last, string found, int firstSeen, int unchangedSince)
    {
        var earlier = Earlier with { Timestamps = new ImageTimestampsStatus { FirstSeen = Seen, UnchangedSince = Now.AddDays(-6) } };
        var entries = new List<TagHistoryEntry>();
        if (last is { } days) entries.Add(new TagHistoryEntry(New, Now.AddDays(days)));
        if (first is { } before) entries.Add(new TagHistoryEntry(Old, Now.AddDays(before), Now.AddDays(-4)));
        var status = new RegistryStatus { Images = isInStatus ? [earlier] : [] };
        var builder = new StatusBuilder(status, new Dictionary<string, KnownImage>(), Now, keepsClocks: true)
        {
            History = new Dictionary<string, IReadOnlyList<TagHistoryEntry>> { ["1.0.0"] = entries },
        };

        var image = builder.Build(Read(found == "old" ? Old : New));

        image.Timestamps!.FirstSeen.ShouldBe(Now.AddDays(firstSeen));
        image.Timestamps.UnchangedSince.ShouldBe(Now.AddDays(unchangedSince));
    }

    [Fact]
    public void Build_OtherTagsOfTheStatus_AreNoMatter()
    {
        var image = Build(Read(Old), Earlier with { Tag = "1.0.0-rc" });

        (image.Usage, image.Vulnerabilities, image.Timestamps!.FirstSeen).ShouldBe((null, null, Now));
    }

    private static ImageStatus Build(InspectedImage image, ImageStatus? before) =>
        new StatusBuilder(before is null ? null : new RegistryStatus { Images = [before] }, new Dictionary<string, KnownImage>(), Now).Build(image);

    private static InspectedImage Read(Digest digest) => new(VersionedTag.Read("1.0.0")) { Digest = digest, Details = Details };

    private static InspectedImage Unread(Digest? digest) => new(VersionedTag.Read("1.0.0")) { Digest = digest, Reason = "TimedOut", Message = "too slow" };
}
