using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class ImageRecordsTests : IAsyncLifetime
{
    private static readonly ResourceKey Key = new("shop", "api");
    private static readonly DateTimeOffset Seen = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest Index = Digest.Compute("index"u8);
    private static readonly Digest Amd64 = Digest.Compute("amd64"u8);
    private static readonly RepositoryReference Repository = new(new Uri("https://registry.example.com"), "team/web");

    private static readonly ImageDetails Details = new()
    {
        MediaType = MediaTypes.OciIndex,
        Platforms = ["linux/amd64"],
        PlatformDigests = [new PlatformDigestStatus { Platform = "linux/amd64", Digest = Amd64.ToString() }],
    };

    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;
    private ImageRecords _records = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        _records = new ImageRecords(_store, NullLogger<ImageRecords>.Instance);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Write_ImageThatWasRead_IsRecordedWithItsPlatformsTimesAndWorkloads()
    {
        var status = Status() with
        {
            Usage = new ImageUsageStatus
            {
                Workloads =
                [
                    new WorkloadStatus { Kind = "Deployment", Namespace = "shop", Name = "web" },
                    new WorkloadStatus { Kind = "Job", Namespace = "x", Name = "y" },
                ],
            },
        };

        await WriteAsync((Read(), status));

        var image = (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).ShouldHaveSingleItem();
        (image.Repository, image.Tag, image.Digest, image.FirstSeen).ShouldBe((Repository.Name, "1.0.0", Index, Seen));
        image.Platforms.ShouldBe(new Dictionary<string, Digest> { ["linux/amd64"] = Amd64 });
        image.Workloads.ShouldBe(["Deployment/shop/web", "Job/x/y"]);
    }

    [Fact]
    public async Task Write_ImageThatCouldNotBeRead_StaysWithItsPlatforms()
    {
        await WriteAsync((Read(), Status()));

        await WriteAsync((Unread(), Status() with { Reason = "TimedOut" }));

        var image = (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).ShouldHaveSingleItem();
        image.Digest.ShouldBe(Index);
        image.Platforms.Values.ShouldBe([Amd64]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_Image_SaysWhetherItWasRead(bool isRead)
    {
        var store = Substitute.For<IReportStore>();

        await new ImageRecords(store, NullLogger<ImageRecords>.Instance)
            .WriteAsync(Resource(), Repository, [isRead ? Read() : Unread() with { Details = Details }], [Status()], Cancel);

        await store.Received(1).SetImagesAsync(
            ImageRecords.NameOf(Key),
            Arg.Is<IReadOnlyList<StoredImage>>(images => images.Single().IsRead == isRead && images.Single().Platforms.Count == 1),
            Cancel);
    }

    [Fact]
    public async Task Write_TagWithoutADigest_IsNoRecord()
    {
        await WriteAsync((Unread(), new ImageStatus { Tag = "1.1.0", Reason = "TimedOut" }), (Read(), Status()));

        (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).Select(image => image.Tag).ShouldBe(["1.0.0"]);
    }

    [Fact]
    public async Task Write_PlatformsOfTheSpec_AreTheOnesRecorded()
    {
        var resource = Resource() with { Spec = new RegistrySpec { Platforms = ["linux/arm64"] } };

        await _records.WriteAsync(resource, Repository, [Read()], [Status()], Cancel);

        (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).ShouldHaveSingleItem().Platforms.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_NextRound_ReplacesTheLast()
    {
        await WriteAsync((Read(), Status()));

        await WriteAsync();

        (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_WhatWasWritten_IsKnownWithoutDetails()
    {
        await WriteAsync((Read(), Status()));

        (await _records.ReadAsync(Resource(), ScanParts.Registry(), Cancel)).ShouldHaveSingleItem()
            .ShouldBe(new KeyValuePair<string, KnownImage>("1.0.0", new KnownImage(Index, Seen, null)));
    }

    [Fact]
    public async Task Forget_Resource_HasNoImagesAnyMore()
    {
        await WriteAsync((Read(), Status()));

        await _records.ForgetAsync(Key, Cancel);

        (await _store.GetImagesAsync(ImageRecords.NameOf(Key), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task NoStore_DoesNothing()
    {
        var records = new ImageRecords(null, NullLogger<ImageRecords>.Instance);

        await records.WriteAsync(Resource(), Repository, [Read()], [Status()], Cancel);
        await records.ForgetAsync(Key, Cancel);
        (await records.ReadAsync(Resource(), ScanParts.Registry(), Cancel)).ShouldBeEmpty();
    }

    /// <summary>Known: what such a moment leaves of a deleted resource in the store stays there.</summary>
    [Fact]
    public async Task StoreThatFails_IsLoggedAndNoReasonToFail()
    {
        var store = Substitute.For<IReportStore>();
        store.SetImagesAsync(ImageRecords.NameOf(Key), Arg.Any<IReadOnlyList<StoredImage>>(), Arg.Any<CancellationToken>())
            .ThrowsAsync(new ReportStoreException("disk full"));
        store.GetImagesAsync(ImageRecords.NameOf(Key), Arg.Any<CancellationToken>()).ThrowsAsync(new ReportStoreException("damaged"));
        var logger = Substitute.For<ILogger<ImageRecords>>();
        logger.IsEnabled(Arg.Any<LogLevel>()).Returns(true);
        var records = new ImageRecords(store, logger);

        await records.WriteAsync(Resource(), Repository, [Read()], [Status()], Cancel);
        await records.ForgetAsync(Key, Cancel);
        (await records.ReadAsync(Resource(), ScanParts.Registry(), Cancel)).ShouldBeEmpty();

        var logged = logger.ReceivedCalls()
            .Where(call => call.GetMethodInfo().Name == nameof(ILogger.Log))
            .Select(call => $"{call.GetArguments()[0]} {call.GetArguments()[2]}");
        logged.ShouldBe(["Warning shop/api: disk full", "Warning shop/api: disk full", "Warning shop/api: damaged"]);
    }

    [Fact]
    public async Task FaultThatIsNotTheStores_IsNotPassedOver()
    {
        var store = Substitute.For<IReportStore>();
        store.SetImagesAsync(ImageRecords.NameOf(Key), Arg.Any<IReadOnlyList<StoredImage>>(), Arg.Any<CancellationToken>())
            .ThrowsAsync(new OperationCanceledException());

        await Should.ThrowAsync<OperationCanceledException>(new ImageRecords(store, NullLogger<ImageRecords>.Instance).ForgetAsync(Key, Cancel));
    }

    private static RegistryResource Resource() => new() { Metadata = new ObjectMeta { Namespace = Key.Namespace, Name = Key.Name } };

    private static InspectedImage Read() => new(VersionedTag.Read("1.0.0")) { Digest = Index, Details = Details };

    private static InspectedImage Unread() => new(VersionedTag.Read("1.0.0")) { Reason = "TimedOut" };

    private static ImageStatus Status() => new()
    {
        Tag = "1.0.0",
        Digest = Index.ToString(),
        MediaType = Details.MediaType,
        Platforms = Details.Platforms,
        PlatformDigests = Details.PlatformDigests,
        Timestamps = new ImageTimestampsStatus { FirstSeen = Seen },
    };

    private Task WriteAsync(params (InspectedImage Image, ImageStatus Status)[] images) =>
        _records.WriteAsync(Resource(), Repository, [.. images.Select(pair => pair.Image)], [.. images.Select(pair => pair.Status)], Cancel);
}
