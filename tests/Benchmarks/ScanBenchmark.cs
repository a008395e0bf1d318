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

    /// <summary>Unchanged scans: a short one of a thousand tags varies by a third on a machine that is shared.</summary>
    private const int Rounds = 5;

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

        var gets = images
            .SelectMany(image => new[] { ManifestPath(image.Tag), $"/v2/{Repository}/blobs/{((TestImage)image.Manifest).Config.Digest}" })
            .ToArray();
        // wrk waits for the body that a HEAD never has, so the unchanged scan is held against GETs of the same manifests.
        var manifests = images.Select(image => ManifestPath(image.Tag)).ToArray();

        await using var @operator = await OperatorUnderTest.StartAsync();
        @operator.Write("warm-up", registry.Url, WarmUpRepository, Concurrency, "1");
        await @operator.WaitAsync("warm-up", "1", cancellationToken);
        @operator.Write("warm-up", registry.Url, WarmUpRepository, Concurrency, "2");
        await @operator.WaitAsync("warm-up", "2", cancellationToken);

        Console.WriteLine(
            $"\n{tags:N0} tags of one digest each, concurrency {Concurrency}, {Environment.ProcessorCount} processors shared by registry and operator\n");
        Console.WriteLine("| scan | wall s | limit s | ratio | requests | connections | CPU s | peak RSS MiB | status KiB | cut |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        Print("first", [await MeasureAsync("1", gets)]);
        var unchanged = new List<Row>();
        for (var round = 0; round < Rounds; round++) unchanged.Add(await MeasureAsync($"{round + 2}", manifests));
        Print($"unchanged, median of {Rounds}", unchanged);

        var crane = await CraneSecondsAsync(registry.Url, images.Take(CraneTags), cancellationToken);
        Console.WriteLine($"\n`crane digest` in a loop of {Concurrency}: {crane / Math.Min(CraneTags, tags) * tags:0.0} s for as many tags " +
            $"(measured over {Math.Min(CraneTags, tags)}).");

        async Task<Row> MeasureAsync(string request, string[] paths)
        {
            var limit = await TagListSecondsAsync(registry.Url, cancellationToken)
                + paths.Length / await Wrk.RequestsPerSecondAsync(registry.Url, paths, cancellationToken);
            await registry.Log.ClearAsync(cancellationToken);
            var before = @operator.Meter;
            var connections = ProcessMeter.ConnectionsOpened();
            @operator.Write("app", registry.Url, Repository, Concurrency, request);
            var (status, bytes) = await @operator.WaitAsync("app", request, cancellationToken);
            connections = ProcessMeter.ConnectionsOpened() - connections;
            var after = @operator.Meter;
            var wall = await @operator.LastScanSecondsAsync("app", cancellationToken);
            var requests = (await registry.Log.ReadAsync(cancellationToken)).Count;
            return new Row(
                wall,
                limit,
                $"{requests:N0} | {connections} | {(after.Cpu - before.Cpu).TotalSeconds:0.00} | {after.PeakMemory / 1048576} | {bytes / 1024} | " +
                ((string?)status["truncated"]?["counts"]?.ToJsonString() ?? "nothing"));
        }
    }

    /// <summary>The row in the middle, and how far the others are from it.</summary>
    private static void Print(string name, IReadOnlyList<Row> rows)
    {
        var sorted = rows.OrderBy(row => row.Ratio).ToArray();
        var middle = sorted[sorted.Length / 2];
        var range = sorted.Length == 1 ? "" : $" ({sorted[0].Ratio:0.00} to {sorted[^1].Ratio:0.00})";
        Console.WriteLine($"| {name} | {middle.Wall:0.00} | {middle.Limit:0.00} | {middle.Ratio:0.00}{range} | {middle.Rest} |");
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
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(images, parallel, async (image, token) =>
            (await crane.RunAsync(["digest", "--insecure", $"{registry.Authority}/{Repository}:{image.Tag}"], token)).EnsureSuccess());
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>One scan.</summary>
    /// <param name="Wall">Seconds it took.</param>
    /// <param name="Limit">Seconds that the registry takes for the same requests of a bare client.</param>
    /// <param name="Rest">The other columns.</param>
    private sealed record Row(double Wall, double Limit, string Rest)
    {
        public double Ratio => Wall / Limit;
    }
}
