using System.Text;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift;

namespace RegistryOperator.Drift.Tests;

/// <summary>What one more workload costs over a large repository, in bytes that are allocated: these are the same on a loaded machine.</summary>
public sealed class CheckCostTests
{
    private const int Tags = 3_000;
    private static readonly DateTimeOffset Long = ScanSandbox.Start.AddYears(-1);
    private static readonly DateTimeOffset Changed = ScanSandbox.Start.AddHours(-1);

    /// <summary>All tags have one shape, so that nearly all of them are newer than what runs.</summary>
    private static readonly string[] Versions =
        [.. Enumerable.Range(0, Tags).Select(number => $"{1 + (number / 400)}.{number / 20 % 20}.{number % 20}")];

    private static readonly string[] Floating = [.. Versions.Select(version => version[..version.LastIndexOf('.')]).Distinct(StringComparer.Ordinal)];

    [Theory]
    [InlineData("")]
    [InlineData("patch")]
    public async Task Check_MoreWorkloadsOfTheSameTags_CostLittleEach(string policy)
    {
        var annotations = policy.Length == 0 ? [] : new Dictionary<string, string>(StringComparer.Ordinal) { ["drift-policy"] = policy };
        // The newest as well: of that it is told what the policy leaves out.
        string[] running = ["1.0.0", "1.19.3", "4.7.7", "8.9.18"];
        var images = Versions.ToDictionary(tag => tag, tag => Image(tag), StringComparer.Ordinal);

        var cost = await CostOfOneMoreAsync(
            100, number => ScanSandbox.Runs(running[number % 4], annotations, images[running[number % 4]].Digest), images.Values);

        cost.ShouldBeLessThan(50_000);
    }

    [Fact]
    public async Task Check_MoreFloatingTagsThatMoved_CostLittleEach()
    {
        var images = Versions.Select(tag => Image(tag)).Concat(Floating.Select(tag => Image(tag, DigestOf($"{tag} before")))).ToArray();

        var cost = await CostOfOneMoreAsync(70, number => ScanSandbox.Runs(Floating[number], DigestOf($"{Floating[number]} before")), images);

        cost.ShouldBeLessThan(50_000);
    }

    [Fact]
    public async Task Check_MoreDigestsThatTagsHaveNamed_CostLittleEach()
    {
        var images = Versions.Select(tag => Image(tag, DigestOf($"{tag} before"))).ToArray();

        // Of the last releases, which have few newer ones.
        var cost = await CostOfOneMoreAsync(
            100, number => ScanSandbox.Runs("x", DigestOf("x")) with { Containers = [Pinned(DigestOf($"{Versions[^(number + 1)]} before"))] }, images);

        cost.ShouldBeLessThan(50_000);
    }

    /// <summary>Bytes for each further workload.</summary>
    private static async Task<long> CostOfOneMoreAsync(int count, Func<int, Workload> workload, IReadOnlyCollection<TaggedImage> images)
    {
        Workload[] all = [.. Enumerable.Range(0, count * 2).Select(workload)];
        // What is compiled and loaded once.
        await CheckAsync(all, images);
        var few = await CheckAsync(all[..count], images);
        return (await CheckAsync(all, images) - few) / count;
    }

    private static async Task<long> CheckAsync(IReadOnlyList<Workload> workloads, IReadOnlyCollection<TaggedImage> images)
    {
        var request = new RegistryScanRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), ScanSandbox.Repository),
            Client = new EmptyRepository(),
            Images = [.. images],
            Tags = [.. images.Select(image => image.Tag)],
            IsTagListComplete = true,
            Workloads = workloads,
            Interval = ScanSandbox.Interval,
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var check = new DriftScanner(TimeProvider.System).ScanAsync(request, TestContext.Current.CancellationToken);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        check.IsCompleted.ShouldBeTrue("all on this thread: it waits for nobody");
        (await check).ShouldBeOfType<DriftScanResult>().Workloads.Count.ShouldBe(workloads.Count);
        return cost;
    }

    private static TaggedImage Image(string tag, Digest? before = null) => new(tag, DigestOf(tag), Long, 1)
    {
        Platforms = [new PlatformManifest(new Platform { Os = "linux", Architecture = "amd64" }, DigestOf(tag))],
        FirstSeen = Long,
        History = before is { } earlier
            ? [new TagHistoryEntry(DigestOf(tag), Changed), new TagHistoryEntry(earlier, Long, Changed)]
            : [new TagHistoryEntry(DigestOf(tag), Long)],
    };

    private static WorkloadContainer Pinned(Digest digest) => new()
    {
        Name = "app",
        Image = $"registry.example.com/{ScanSandbox.Repository}@{digest}",
        Running = [new RunningImage(digest, null) { Pods = 1 }],
    };

    private static Digest DigestOf(string what) => Digest.Compute(Encoding.UTF8.GetBytes(what));

    /// <summary>Has nothing that the host has not read.</summary>
    private sealed class EmptyRepository : IRegistryClient
    {
        public RepositoryReference Repository { get; } = new(new Uri("https://registry.example.com"), ScanSandbox.Repository);

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<string>();

        public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => throw NotFound(reference);

        public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => throw NotFound(reference);

        public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
            throw NotFound(blob.Digest.ToString());

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => throw NotFound(blob.Digest.ToString());

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<Descriptor>();

        private static RegistryException NotFound(string reference) => new(RegistryErrorKind.NotFound, $"{reference} not found");
    }
}
