using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Benchmarks;

/// <summary>What the newest images of a large repository cost its registry, and whether they are the newest.</summary>
internal static class ChooseBenchmark
{
    private static readonly int[] Limits = [3, 10];

    /// <param name="files">Histories of repositories: a line for each tag with the key of its image and the time of that (Unix), separated by tabs;
    /// packed by gzip.</param>
    /// <param name="cancellationToken">Ends the benchmark.</param>
    public static async Task RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        Console.WriteLine("| repository | tags | images | limit | newest | GET of manifests | HEAD | wall s | unchanged: GET | HEAD | wall s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var file in files)
        {
            var tags = await ReadAsync(file, cancellationToken);
            await using var registry = await InMemoryRegistry.StartAsync(cancellationToken);
            registry.Add("bench/app", Images(tags));
            await using var @operator = await OperatorUnderTest.StartAsync();
            foreach (var limit in Limits)
            {
                var name = $"limit-{limit}";
                async Task<(JsonNode Status, double Seconds, int Gets, int Heads)> ScanAsync(string request)
                {
                    registry.Log.Clear();
                    var clock = Stopwatch.StartNew();
                    @operator.Write(name, registry.Url, "bench/app", concurrency: 4, request, $"  tagFilter: {{limit: {limit}}}");
                    var (status, _) = await @operator.WaitAsync(name, request, cancellationToken);
                    return (status, clock.Elapsed.TotalSeconds, Count(registry, "GET"), Count(registry, "HEAD"));
                }

                var first = await ScanAsync("1");
                var second = await ScanAsync("2");
                var newest = tags.GroupBy(tag => tag.Image).Select(image => image.Max(tag => tag.Created)).OrderDescending().Take(limit).ToArray();
                var right = first.Status["images"]!.AsArray().Count(image => CreatedOf(image!) >= newest[^1]);
                Console.WriteLine(
                    $"| {Path.GetFileName(file).Split('.')[0]} | {tags.Count} | {tags.DistinctBy(tag => tag.Image).Count()} | {limit} | {right} of {limit} | " +
                    $"{first.Gets} | {first.Heads} | {first.Seconds:0.0} | {second.Gets} | {second.Heads} | {second.Seconds:0.0} |");
            }
        }
    }

    private static DateTimeOffset CreatedOf(JsonNode image) =>
        DateTimeOffset.Parse(image["timestamps"]!["created"]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static int Count(InMemoryRegistry registry, string method) =>
        registry.Log.Requests.Count(request => request.Method == method && request.Path.Contains("/manifests/", StringComparison.Ordinal));

    /// <summary>Indexes that say when their images were created, as Docker's official ones do.</summary>
    private static IEnumerable<TaggedManifest> Images(IReadOnlyList<HistoricTag> tags)
    {
        foreach (var image in tags.GroupBy(tag => tag.Image, StringComparer.Ordinal))
        {
            var created = image.Max(tag => tag.Created);
            var time = created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var annotations = new Dictionary<string, string> { [AnnotationKeys.Created] = time };
            var index = new IndexBuilder();
            foreach (var platform in (string[])["linux/amd64", "linux/arm64"])
            {
                var built = new ImageBuilder().WithLabel("key", image.Key).WithPlatform(platform).WithCreated(created).Build();
                index.WithManifest(built, built.Platform, annotations);
            }

            var manifest = index.Build();
            foreach (var tag in image) yield return new TaggedManifest(tag.Tag, manifest);
        }
    }

    private static async Task<IReadOnlyList<HistoricTag>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var tags = new List<HistoricTag>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split('\t') is [var tag, var image, var time])
                tags.Add(new HistoricTag(tag, image, DateTimeOffset.FromUnixTimeSeconds(long.Parse(time, CultureInfo.InvariantCulture))));
        }

        var newest = tags.GroupBy(tag => tag.Image, StringComparer.Ordinal)
            .ToDictionary(image => image.Key, image => image.Max(tag => tag.Created), StringComparer.Ordinal);
        return [.. tags.Select(tag => tag with { Created = newest[tag.Image] })];
    }

    private sealed record HistoricTag(string Tag, string Image, DateTimeOffset Created);
}
