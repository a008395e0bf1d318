using System.Diagnostics;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Benchmarks;

/// <summary>
/// First and unchanged second scans of one repository in a real registry, beside the registry's own limit for the same requests in the same
/// run, and beside <c>crane digest</c> in a loop of ten.
/// </summary>
internal static class ScanBenchmark
{
    private const string Repository = "bench/app";
    private const string WarmUpRepository = "bench/warm-up";
    private const int WarmUpTags = 300;
    private const int Concurrency = 10;

    /// <summary>crane starts a process for each tag: enough of them show its pace.</summary>
    private const int CraneTags = 300;

    public static async Task RunAsync(int tags, CancellationToken cancellationToken)
    {
        await using var registry = await DockerRegistry.StartAsync(cancellationToken);
        var images = Images(tags, first: 0).ToArray();
        using (var pusher = registry.CreatePusher())
        {
            await pusher.PushAsync(WarmUpRepository, Images(WarmUpTags, first: 1_000_000), cancellationToken);
            await pusher.PushAsync(Repository, images, cancellationToken);
        }

        var gets = images.SelectMany(image => new[] { ManifestPath(image.Tag), $"/v2/{Repository}/blobs/{((TestImage)image.Manifest).Config.Digest}" }).ToArray();
        // wrk waits for the body that a HEAD never has, so the unchanged scan is held against GETs of the same manifests.
        var manifests = images.Select(image => ManifestPath(image.Tag)).ToArray();

        await using var @operator = await OperatorUnderTest.StartAsync();
        @operator.Write("warm-up", registry.Url, WarmUpRepository, Concurrency, "1");
        await @operator.WaitAsync("warm-up", "1", cancellationToken);
        @operator.Write("warm-up", registry.Url, WarmUpRepository, Concurrency, "2");
        await @operator.WaitAsync("warm-up", "2", cancellationToken);

        Console.WriteLine($"\n{tags:N0} tags of one digest each, concurrency {Concurrency}, {Environment.ProcessorCount} processors shared by registry and operator\n");
        Console.WriteLine("| scan | wall s | limit s | ratio | requests | connections | CPU s | peak RSS MiB | status KiB | cut |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        await MeasureAsync("first", "1", gets);
        await MeasureAsync("unchanged", "2", manifests);

        var crane = await CraneSecondsAsync(registry.Url, images.Take(CraneTags), cancellationToken);
        Console.WriteLine($"\n`crane digest` in a loop of {Concurrency}: {crane / Math.Min(CraneTags, tags) * tags:0.0} s for as many tags (measured over {Math.Min(CraneTags, tags)}).");

        async Task MeasureAsync(string name, string request, string[] paths)
        {
            var limit = await TagListSecondsAsync(registry.Url, cancellationToken) + paths.Length / await Wrk.RequestsPerSecondAsync(registry.Url, paths, cancellationToken);
            await registry.Log.ClearAsync(cancellationToken);
            var before = @operator.Meter;
            var connections = ProcessMeter.ConnectionsOpened();
            @operator.Write("app", registry.Url, Repository, Concurrency, request);
            var (status, bytes) = await @operator.WaitAsync("app", request, cancellationToken);
            connections = ProcessMeter.ConnectionsOpened() - connections;
            var after = @operator.Meter;
            var wall = await @operator.LastScanSecondsAsync("app", cancellationToken);
            var requests = (await registry.Log.ReadAsync(cancellationToken)).Count;
            Console.WriteLine($"| {name} | {wall:0.00} | {limit:0.00} | {wall / limit:0.00} | {requests:N0} | {connections} | {(after.Cpu - before.Cpu).TotalSeconds:0.00} | {after.PeakMemory / 1048576} | {bytes / 1024} | {(string?)status["truncated"]?["counts"]?.ToJsonString() ?? "nothing"} |");
        }
    }

    private static IEnumerable<TaggedManifest> Images(int count, int first) => Enumerable.Range(first, count).Select(number => new TaggedManifest(
        $"1.{number / 100}.{number % 100}",
        new ImageBuilder().WithPlatform("linux/amd64").WithCreated(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number))
            .WithFillerLayer(1_000).WithEnvironment("PATH", "/usr/bin").WithEntrypoint("/app").WithLabel("number", $"{number}").Build()));

    private static string ManifestPath(string tag) => $"/v2/{Repository}/manifests/{tag}";

    /// <summary>The tag list is one answer after the other: each page's address is in the one before.</summary>
    private static async Task<double> TagListSecondsAsync(Uri registry, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = registry };
        var clock = Stopwatch.StartNew();
        for (var page = $"/v2/{Repository}/tags/list?n=1000"; page is not null;)
        {
            using var response = await client.GetAsync(new Uri(page, UriKind.Relative), cancellationToken);
            await response.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null, cancellationToken);
            page = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> CraneSecondsAsync(Uri registry, IEnumerable<TaggedManifest> images, CancellationToken cancellationToken)
    {
        if (!RegistryTool.HasCrane) return double.NaN;
        using var crane = RegistryTool.Crane();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(images, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (image, token) =>
            (await crane.RunAsync(["digest", "--insecure", $"{registry.Authority}/{Repository}:{image.Tag}"], token)).EnsureSuccess());
        return clock.Elapsed.TotalSeconds;
    }
}
