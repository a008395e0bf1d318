using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>A round whose drift check finds updates that the tag filter leaves out: they are read and scanned, and compared once more.</summary>
public sealed class SecondPassTests : IAsyncLifetime
{
    private readonly WorkloadIndex _workloads = new();
    private readonly FakeRegistryScanner _scanner = new() { Descriptor = new ScannerDescriptor("drift", ScannerKind.Drift, "1.0.0") };
    private readonly Dictionary<string, TestImage> _images = new(StringComparer.Ordinal);
    private readonly List<string?> _failures = [];
    private RoundSandbox _sandbox = null!;

    private IEnumerable<string> Requests => _sandbox.Registry.Log.Requests.Select(request =>
        $"{request.Method} {request.Path[(request.Path.IndexOf(RoundSandbox.Repository, StringComparison.Ordinal) + RoundSandbox.Repository.Length + 1)..]}");

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        foreach (var tag in (string[])["1.0.0", "1.0.1", "1.0.2", "0.9.0"]) _images[tag] = _sandbox.Push(tag);
        _workloads.Replace(
        [
            new Workload
            {
                Kind = "Deployment",
                Namespace = "shop",
                Name = "app",
                Containers = [new WorkloadContainer { Name = "app", Image = $"{_sandbox.Registry.Url.Authority}/{RoundSandbox.Repository}:1.0.0" }],
            },
        ]);
        _sandbox.Workloads = _workloads;
        _sandbox.Restart();
        _sandbox.ChangeSpec(spec => spec with
        {
            TagFilter = new TagFilterSpec { Include = "^0" },
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
            DriftDetection = new DriftDetectionSpec { Enabled = true },
        });
        _scanner.Scan = CompareAsync;
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_UpdatesLeftOutByTheFilter_AsksForEachThingOnce()
    {
        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(2);
        _sandbox.Status.Images.Select(image => image.Tag).ShouldBe(["0.9.0", "1.0.0", "1.0.1"]);
        _sandbox.Of("1.0.1")!.Config.ShouldNotBeNull();
        Requests.Order(StringComparer.Ordinal).ShouldBe(
            [
                .. (string[])["GET tags/list", "HEAD manifests/1.0.1", "HEAD manifests/1.0.2"],
                // What runs and what the filter lets through, by its tag; what the check has found, by its digest.
                .. Read("0.9.0", byTag: true), .. Read("1.0.0", byTag: true), .. Read("1.0.1"), .. Read("1.0.2"),
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Scan_Again_CostsOneListAndOneHeadOfEachTag()
    {
        await _sandbox.ScanAsync();
        _images["1.0.3"] = _sandbox.Push("1.0.3");
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _sandbox.Registry.Log.Clear();

        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(4);
        Requests.ShouldBe(
            [
                "GET tags/list", "HEAD manifests/0.9.0", "HEAD manifests/1.0.0", "HEAD manifests/1.0.1", "HEAD manifests/1.0.2", "HEAD manifests/1.0.3",
                .. Read("1.0.2"), .. Read("1.0.3"),
            ],
            ignoreOrder: true);
    }

    /// <summary>What is missing may be there when the scans of the updates are over.</summary>
    [Fact]
    public async Task Scan_TagIsMissingInTheFirstPass_IsAskedForAgain()
    {
        _scanner.Scan = async (request, token) =>
        {
            var found = await CompareAsync(request, token);
            _failures.Add(await FailureAsync(request, "9.9.9", token));
            if (_scanner.Calls == 1) _sandbox.Push("9.9.9");
            return found;
        };

        await _sandbox.ScanAsync();

        _failures.ShouldBe(["NotFound", null]);
    }

    /// <summary>A registry may be read for ten minutes in one go, and checked every five.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(30, 2)]
    public async Task Scan_FirstPassTakesLong_StillReadsTheUpdatesAndListsTheTagsAnewAfterAnInterval(int minutes, int lists)
    {
        _scanner.Scan = (_, _) => Task.FromResult(Found("1.0.1"));

        // What the first pass has found is published when its scans are over.
        await _sandbox.ScanAsync(publish: _ =>
        {
            _sandbox.Time.Advance(TimeSpan.FromMinutes(minutes));
            return Task.CompletedTask;
        });

        _sandbox.Of("1.0.1").ShouldNotBeNull().Config.ShouldNotBeNull();
        Requests.Count(request => request == "GET tags/list").ShouldBe(lists);
    }

    /// <summary>Asks for all newer tags and reads those that the host has not; the best update is the first one that it has not shown.</summary>
    private static async Task<RegistryScanResult> CompareAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        var newer = request.Tags.Where(tag => string.CompareOrdinal(tag, "1.0.0") > 0 && tag != "9.9.9").Order(StringComparer.Ordinal).ToArray();
        foreach (var tag in newer.Except(request.Images.Select(image => image.Tag), StringComparer.Ordinal))
        {
            var named = await request.Client.ResolveAsync(tag, cancellationToken);
            var manifest = await request.Client.GetManifestAsync(named.Digest.ToString(), cancellationToken);
            await request.Client.ReadBlobAsync(manifest.ReadImageManifest().Config!, 1 << 20, cancellationToken);
        }

        return Found(newer.Length > 2 ? "1.0.3" : "1.0.1");
    }

    private static RegistryScanResult Found(string update) => new DriftScanResult
    {
        Result = "Compared",
        Workloads =
        [
            new WorkloadDrift
            {
                Namespace = "shop",
                Kind = "Deployment",
                Name = "app",
                AvailableUpdates = [new AvailableUpdate { Tag = update, IsNewer = true }],
            },
        ],
    };

    private static async Task<string?> FailureAsync(RegistryScanRequest request, string tag, CancellationToken cancellationToken)
    {
        try
        {
            await request.Client.ResolveAsync(tag, cancellationToken);
            return null;
        }
        catch (RegistryException failure)
        {
            return $"{failure.Kind}";
        }
    }

    private IEnumerable<string> Read(string tag, bool byTag = false) =>
        [$"GET manifests/{(byTag ? tag : _images[tag].Digest)}", $"GET blobs/{_images[tag].Config.Descriptor.Digest}"];
}
