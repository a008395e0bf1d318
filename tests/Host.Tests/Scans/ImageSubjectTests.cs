using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>Scanners whose subject is what a tag names, index or manifest, and not each platform's manifest.</summary>
public sealed class ImageSubjectTests : IAsyncLifetime
{
    private static readonly Digest Index = ScanParts.DigestOf("index");
    private static readonly Digest Amd64 = ScanParts.DigestOf("amd64");
    private static readonly Digest Arm64 = ScanParts.DigestOf("arm64");

    private readonly ReportSandbox _reports = new();
    private readonly List<ImageScanRequest> _requests = [];
    private readonly FakeScanner _whole;
    private readonly FakeScanner _sboms;
    private IReportStore _store = null!;
    private ScanExecutor _executor = null!;
    private ImageScanning _scanning = null!;

    public ImageSubjectTests()
    {
        _whole = new FakeScanner((request, _) =>
        {
            lock (_requests) _requests.Add(request);
            return Task.FromResult(ScanParts.Passed);
        })
        {
            Descriptor = new ScannerDescriptor("whole", ScannerKind.Custom, "1")
            {
                Subject = ScanSubject.Image,
                IsRepeatable = true,
                Needs = [ScannerKind.Sbom],
            },
        };
        _sboms = new FakeScanner((_, _) => Task.FromResult(new ImageScanResult { Result = "Made", Documents = [ScanParts.Sbom] }))
        {
            Descriptor = new ScannerDescriptor("syft", ScannerKind.Sbom, "1"),
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FakeTimeProvider Time => _reports.Time;

    public async ValueTask InitializeAsync()
    {
        _store = await _reports.OpenAsync();
        var directory = ScanParts.Directory(Time, new MessageLog<ScannerDirectory>(), _whole.Guarded(Time), _sboms.Guarded(Time));
        _executor = ScanParts.Executor(directory, _store, Time, new MessageLog<ScanExecutor>());
        _scanning = ScanParts.Scanning(directory, _executor, _store, Time);
    }

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _store.DisposeAsync();
        await _reports.DisposeAsync();
    }

    [Fact]
    public async Task Run_Index_IsOneScanWithItsPlatforms()
    {
        var status = await RunAsync(["linux/amd64", "linux/arm64"]);

        var request = _requests.ShouldHaveSingleItem();
        request.Digest.ShouldBe(Index);
        request.Platform.ShouldBe(new Platform());
        request.Platforms.Select(platform => (platform.Platform.ToString(), platform.Digest)).ShouldBe([("linux/amd64", Amd64), ("linux/arm64", Arm64)]);
        (status.Scans["whole"].Result, status.Scans["whole"].Missing.Count).ShouldBe(("Passed", 0));
        (await _store.FindAsync([Index], Cancel)).ShouldHaveSingleItem().Key.Scanner.ShouldBe("whole");
        // What is known of its platforms is known of the image.
        (await request.Reports!.FindSbomAsync(Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_OtherPlatformsAreChosen_IsAnotherResult()
    {
        foreach (var platforms in (string[][])[["linux/arm64"], ["linux/amd64"], ["linux/arm64"]]) await RunAsync(platforms);

        _requests.Select(request => request.Platforms.ShouldHaveSingleItem().Digest).ShouldBe([Arm64, Amd64]);
    }

    [Fact]
    public async Task Run_PlatformsThatTheResourceChooses_AreThoseOfTheRequest()
    {
        var status = await RunAsync(["linux/arm64", "windows/amd64"]);

        var request = _requests.ShouldHaveSingleItem();
        request.Platforms.ShouldHaveSingleItem().Digest.ShouldBe(Arm64);
        request.OtherPlatforms.Select(platform => (platform.Platform.ToString(), platform.Digest)).ShouldBe([("linux/amd64", Amd64)]);
        // That the image is not made for windows is no matter of a scan of the whole.
        (status.Scans["whole"].Reason, status.Scans["whole"].Missing.Count).ShouldBe((null, 0));
        status.Sbom!.Missing.ShouldHaveSingleItem().Platform.ShouldBe("windows/amd64");
    }

    [Fact]
    public async Task Run_Manifest_IsScannedAsItsPlatform()
    {
        await RunAsync([], image => image with { Digest = Amd64, Details = image.Details! with { PlatformDigests = [], Platforms = ["linux/amd64"] } });

        var request = _requests.ShouldHaveSingleItem();
        (request.Digest, request.Platform.ToString()).ShouldBe((Amd64, "linux/amd64"));
        request.Platforms.ShouldHaveSingleItem().Digest.ShouldBe(Amd64);
    }

    [Fact]
    public async Task Run_NotDue_KeepsItsResult()
    {
        await RunAsync([]);

        (await RunAsync([])).Scans["whole"].Result.ShouldBe("Passed");

        _requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_ResultOfAPlatformThatItNeedsIsMadeAnew_IsDueAgain()
    {
        await RunAsync(["linux/amd64", "linux/arm64"]);
        Time.Advance(TimeSpan.FromHours(2));

        await RunAsync(["linux/amd64", "linux/arm64"]);

        _requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_NoImage_IsNotScanned()
    {
        var status = await RunAsync([], image => image with { Details = image.Details! with { Reason = ScanReasons.NotAnImage } });

        _requests.ShouldBeEmpty();
        status.Scans.ShouldBeEmpty();
    }

    private async Task<ImageStatus> RunAsync(IReadOnlyList<string> platforms, Func<InspectedImage, InspectedImage>? change = null)
    {
        var image = new InspectedImage(VersionedTag.Read("1.0"))
        {
            Digest = Index,
            Details = new ImageDetails
            {
                MediaType = MediaTypes.OciIndex,
                Platforms = ["linux/amd64", "linux/arm64"],
                PlatformDigests =
                [
                    new PlatformDigestStatus { Platform = "linux/amd64", Digest = Amd64.ToString() },
                    new PlatformDigestStatus { Platform = "linux/arm64", Digest = Arm64.ToString() },
                ],
            },
        };
        image = change?.Invoke(image) ?? image;
        var spec = new RegistrySpec
        {
            Platforms = platforms,
            SbomGeneration = new SbomGenerationSpec { Enabled = true },
            Scanners = [new CustomScannerSpec { Name = "whole" }],
        };
        var round = new RoundScans
        {
            Resource = new RegistryResource { Spec = spec },
            Name = new ResourceName("", "app"),
            Registry = ScanParts.Registry(),
            Secrets = ScanParts.Secrets(),
            Images = [image],
            Statuses = [new ImageStatus { Tag = "1.0", Digest = image.Digest.ToString() }],
        };
        return (await _scanning.RunAsync(round, Cancel)).Images[0];
    }
}
