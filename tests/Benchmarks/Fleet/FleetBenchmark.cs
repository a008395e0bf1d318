using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Benchmarks.Fleet;

/// <summary>One repository of thousands of images, scanned for vulnerabilities and SBOMs: memory, status, report store, search.</summary>
internal static class FleetBenchmark
{
    private const string Repository = "bench/fleet";
    private const int Concurrency = 10;
    private const int Searches = 20;
    private const double MiB = 1024 * 1024;

    private const string Scanners = """
          vulnerabilityScanning: {enabled: true, severityThreshold: LOW}
          sbomGeneration: {enabled: true}
        """;

    public static async Task RunAsync(int tags, CancellationToken cancellationToken)
    {
        await using var registry = await DockerRegistry.StartAsync(cancellationToken);
        var images = Enumerable.Range(0, tags).Select(number => new TaggedManifest(
            $"1.{number / 100}.{number % 100}",
            new ImageBuilder().WithPlatform("linux/amd64").WithCreated(ImageBuilder.DefaultCreated.AddMinutes(number)).WithFillerLayer(1_000)
                .WithEnvironment("PATH", "/usr/bin").WithEntrypoint("/app").WithLabel("number", $"{number}").Build())).ToArray();
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, images, cancellationToken);

        using var tools = new StandInTools();
        await using var @operator = await OperatorUnderTest.StartAsync(tools.Settings);
        var sizes = string.Join(", ", tools.Sizes.Select(size => $"{size.Key} {size.Value / 1024} KiB"));
        Console.WriteLine($"\n{tags:N0} tags of one digest each; stand-in tools: {sizes}\n");
        Console.WriteLine("| scan | wall s | CPU s | tools' CPU s | peak RSS MiB | RSS MiB | status KiB | cut |\n|---|---|---|---|---|---|---|---|");
        await MeasureAsync(@operator, registry.Url, "first", "1", cancellationToken);
        // Older than every report, so that none is due by it.
        await MeasureAsync(@operator, registry.Url, "nothing due", "2020-01-01T00:00:00Z", cancellationToken);
        await MeasureAsync(@operator, registry.Url, "nothing due, again", "2020-01-02T00:00:00Z", cancellationToken);

        using var http = new HttpClient { BaseAddress = @operator.Url };
        var token = await File.ReadAllTextAsync(Path.Combine(@operator.DataDirectory, "api.token"), cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        Console.WriteLine($"\nReports in the store: {await CountReportsAsync(http, images, cancellationToken):N0}; its files: "
            + $"{new DirectoryInfo(@operator.DataDirectory).GetFiles().Sum(file => file.Length) / MiB:0} MiB\n");
        var rare = StandInTools.VersionOf(images[0].Manifest.Digest.Encoded);
        Console.WriteLine("| search | hits | ms |\n|---|---|---|");
        await SearchAsync(http, "a package in all", PreparedReports.CommonPackage, cancellationToken);
        await SearchAsync(http, "a version in few", $"{PreparedReports.DriftingPackage}@2.{rare}.395", cancellationToken);
        await SearchAsync(http, "a CVE in all", PreparedReports.CommonVulnerability, cancellationToken);
        await SearchAsync(http, "a CVE in few", $"{PreparedReports.DriftingVulnerability}{rare}", cancellationToken);
        Console.WriteLine($"\nAfter the searches: {@operator.Meter.Memory / MiB:0} MiB RSS, peak {@operator.Meter.PeakMemory / MiB:0}.");
    }

    private static async Task MeasureAsync(OperatorUnderTest @operator, Uri registry, string name, string request, CancellationToken cancellationToken)
    {
        var before = @operator.Meter;
        var toolsBefore = @operator.ToolTime;
        @operator.Write("fleet", registry, Repository, Concurrency, request, Scanners);
        var (status, bytes) = await @operator.WaitAsync("fleet", request, cancellationToken);
        var after = @operator.Meter;
        Console.WriteLine($"| {name} | {await @operator.LastScanSecondsAsync("fleet", cancellationToken):0.0} "
            + $"| {(after.Cpu - before.Cpu).TotalSeconds:0.00} | {(@operator.ToolTime - toolsBefore).TotalSeconds:0.0} "
            + $"| {after.PeakMemory / MiB:0} | {after.Memory / MiB:0} "
            + $"| {bytes / 1024} | {status["truncated"]?["counts"]?.ToJsonString() ?? "nothing"} |");
    }

    private static async Task<int> CountReportsAsync(HttpClient http, IEnumerable<TaggedManifest> images, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var image in images)
        {
            var reports = await http.GetStringAsync(new Uri($"/api/v1/reports/{image.Manifest.Digest}", UriKind.Relative), cancellationToken);
            count += JsonNode.Parse(reports)!.AsArray().Count;
        }

        return count;
    }

    private static async Task SearchAsync(HttpClient http, string name, string query, CancellationToken cancellationToken)
    {
        var milliseconds = new List<double>();
        var hits = 0;
        for (var i = 0; i < Searches; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await http.GetByteArrayAsync(new Uri($"/api/v1/search?q={Uri.EscapeDataString(query)}", UriKind.Relative), cancellationToken);
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            hits = JsonNode.Parse(answer)!.AsArray().Count;
        }

        Console.WriteLine($"| {name} | {hits:N0} | {Cost.Median(milliseconds):0.0} |");
    }
}
