using System.Globalization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift;
using RegistryOperator.Plugins.Drift.Options;

namespace RegistryOperator.Benchmarks.Workloads;

/// <summary>One check of many workloads over one large repository, without the registry: what the comparing itself costs.</summary>
internal static class CompareBenchmark
{
    private const int Running = 200;
    private const int Rounds = 5;
    private const int WarmUps = 40;

    /// <summary>As many as library/node has.</summary>
    private const int Tags = 8_600;

    private static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

    private static readonly string[] Variants =
    [
        "", "-slim", "-alpine", "-alpine3.20", "-alpine3.21", "-alpine3.22", "-trixie", "-trixie-slim", "-bookworm", "-bookworm-slim", "-bullseye",
        "-bullseye-slim", "-buster", "-buster-slim", "-stretch", "-stretch-slim",
    ];

    public static async Task RunAsync(int workloads, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{workloads} workloads of {Running} running images, {Tags} tags, one thread, median of {Rounds}\n");
        Console.WriteLine("| check | ms of processor time | MiB allocated | requests | updates |");
        Console.WriteLine("|---|---|---|---|---|");
        var images = new NumberedImages(TagsOf(Variants, minors: 12, patches: 3, Tags));
        var versions = Spread(images.Tags.Where(tag => tag.Count(character => character == '.') >= 2 && !tag.Contains("alpine3", StringComparison.Ordinal)));
        var request = RequestOf(images, versions, workloads);
        // So that what is hot is compiled as in a process that has run for long.
        for (var round = 0; round < WarmUps; round++) await CheckAsync(request, cancellationToken);
        await MeasureAsync("first", request, cancellationToken);
        var last = await CheckAsync(request, cancellationToken);
        await MeasureAsync("nothing changed", request with { Last = last }, cancellationToken);
        await MeasureAsync(
            "nothing changed, `minimumAge: 3d`", request with { Last = last, Options = new DriftOptions { MinimumAge = "3d" } }, cancellationToken);
        var newer = new NumberedImages([.. images.Tags, .. Variants.Select(variant => $"99.0.0{variant}")]);
        await MeasureAsync("a new release", request with { Last = last, Tags = newer.Tags, Client = newer }, cancellationToken);

        var all = images.Tags.Select(tag => images.Read(tag)).ToArray();
        await MeasureAsync("all images known to the host", request with { Last = last, Images = all }, cancellationToken);
        await MeasureAsync("all floating tags moved, their memory lost", Moved(images, workloads), cancellationToken);
        await MeasureAsync("digests that tags have named before", Pinned(images, workloads), cancellationToken);

        var plain = new NumberedImages(TagsOf([""], minors: 20, patches: 20, Tags));
        var ofOneShape = RequestOf(plain, Spread(plain.Tags.Where(tag => tag.Count(character => character == '.') == 2)), workloads);
        last = await CheckAsync(ofOneShape, cancellationToken);
        await MeasureAsync("all tags of one shape, nothing changed", ofOneShape with { Last = last }, cancellationToken);
        await MeasureAsync(
            "the same, `minimumAge: 3d`", ofOneShape with { Last = last, Options = new DriftOptions { MinimumAge = "3d" } }, cancellationToken);
        await MeasureAsync("the same, `policy: patch`", ofOneShape with { Last = last, Options = new DriftOptions { Policy = "patch" } }, cancellationToken);
    }

    /// <summary>Names as the official images have: each version under each variant, and the floating tags of both, the oldest first.</summary>
    private static string[] TagsOf(string[] variants, int minors, int patches, int count) =>
    [
        .. Enumerable.Range(10, count).SelectMany(major => Enumerable.Range(0, minors)
            .SelectMany(minor => Enumerable.Range(0, patches).Select(patch => $"{major}.{minor}.{patch}").Append($"{major}.{minor}"))
            .Append($"{major}").SelectMany(version => variants.Select(variant => version + variant))).Take(count),
    ];

    /// <summary>As many as run, all over them.</summary>
    private static string[] Spread(IEnumerable<string> tags)
    {
        var all = tags.ToArray();
        return [.. Enumerable.Range(0, Running).Select(number => all[number * (all.Length / Running)])];
    }

    private static RegistryScanRequest RequestOf(NumberedImages images, string[] running, int workloads)
    {
        var read = running.Select(tag => images.Read(tag)).ToArray();
        return new RegistryScanRequest
        {
            Repository = images.Repository,
            Client = images,
            Tags = images.Tags,
            IsTagListComplete = true,
            Images = read,
            Interval = TimeSpan.FromMinutes(5),
            Workloads = [.. Enumerable.Range(0, workloads).Select(number => Runs(number, $":{running[number % Running]}", read[number % Running].Digest))],
        };
    }

    /// <summary>What runs is what each floating tag named until yesterday, and no memory of a check tells that it was floating then.</summary>
    private static RegistryScanRequest Moved(NumberedImages images, int workloads)
    {
        var running = Spread(images.Tags.Where(tag => tag.Count(character => character == '.') == 1 && !tag.Contains("alpine3", StringComparison.Ordinal)));
        var digests = running.Select((_, number) => NumberedImages.DigestOf(number, "earlier image")).ToArray();
        var before = running.Zip(digests).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return RequestOf(images, running, workloads) with
        {
            Images = [.. images.Tags.Select(tag => before.TryGetValue(tag, out var earlier) ? images.Read(tag, earlier, Yesterday) : images.Read(tag))],
            Workloads = [.. Enumerable.Range(0, workloads).Select(number => Runs(number, $":{running[number % Running]}", digests[number % Running]))],
        };
    }

    /// <summary>Workloads name digests alone, of images that tags named until yesterday.</summary>
    private static RegistryScanRequest Pinned(NumberedImages images, int workloads)
    {
        var moved = Moved(images, workloads);
        return moved with { Workloads = [.. moved.Workloads!.Select((one, number) => Runs(number, $"@{DigestIn(one)}", DigestIn(one)))] };
    }

    private static Digest DigestIn(Workload workload) => workload.Containers[0].Running[0].Digest;

    private static Workload Runs(int number, string reference, Digest digest) => new()
    {
        Kind = "Deployment",
        Namespace = $"team-{number % 20}",
        Name = $"app-{number}",
        Containers =
        [
            new WorkloadContainer
            {
                Name = "app",
                Image = "registry.example.com/library/node" + reference,
                Running = [new RunningImage(digest, new Platform { Os = "linux", Architecture = "amd64" }) { Pods = 1 }],
            },
        ],
    };

    private static async Task<StoredResult<RegistryScanResult>> CheckAsync(RegistryScanRequest request, CancellationToken cancellationToken) =>
        new(await new DriftScanner(TimeProvider.System).ScanAsync(request, cancellationToken), "drift", TimeProvider.System.GetUtcNow());

    private static async Task MeasureAsync(string what, RegistryScanRequest request, CancellationToken cancellationToken)
    {
        var (times, bytes) = (new List<double>(), new List<double>());
        var images = (NumberedImages)request.Client;
        var (requests, updates) = (0, 0);
        for (var round = 0; round <= Rounds; round++)
        {
            var (before, start, allocated) = (images.Requests, Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            var found = await CheckAsync(request, cancellationToken);
            // What is called for the first time is compiled.
            if (round > 0) times.Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            if (round > 0) bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - allocated);
            requests = images.Requests - before;
            updates = ((Abstractions.Drift.DriftScanResult)found.Value).Workloads.Sum(workload => workload.AvailableUpdates.Count);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {Cost.Median(times):N0} | {Cost.Median(bytes) / (1 << 20):N0} | {requests:N0} | {updates:N0} |"));
    }
}
