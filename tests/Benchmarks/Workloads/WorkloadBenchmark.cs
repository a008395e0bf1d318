using System.Diagnostics;
using System.Text.Json.Nodes;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Workloads;

/// <summary>What drift detection costs over a large cluster: Pods of a real API server, their repositories in a registry in memory.</summary>
internal static class WorkloadBenchmark
{
    private const int Repositories = 200;
    private const int PodsOfAWorkload = 5;
    private const int Tags = 20;

    /// <summary>Seconds between checks: the shortest that a resource may ask for is 60.</summary>
    private const int CheckInterval = 60;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(120);

    public static async Task RunAsync(int pods, CancellationToken cancellationToken)
    {
        await using var registry = await InMemoryRegistry.StartAsync(cancellationToken);
        var images = Enumerable.Range(0, Tags).Select(number => new ImageBuilder()
            .WithCreated(DateTimeOffset.UnixEpoch.AddDays(20_000 + number)).WithLabel("number", $"{number}").Build()).ToArray();
        for (var i = 0; i < Repositories; i++)
            registry.Add(NameOf(i), images.Select((image, number) => new TaggedManifest($"1.0.{number}", image)));
        await using var cluster = await RunningPods.StartAsync(cancellationToken);
        var made = Stopwatch.StartNew();
        await RunningPods.RepeatAsync(pods / PodsOfAWorkload, (number, token) => cluster.DeployAsync(
            number, ImageOf(registry, number), IdOf(registry, number, images), PodsOfAWorkload, token), cancellationToken);
        Console.WriteLine($"{pods} Pods of {pods / PodsOfAWorkload} Deployments made in {made.Elapsed.TotalSeconds:0} s.");

        using var folder = new TemporaryFolder("workloads");
        await using var @operator = await ServerProcess.StartAsync(new ServerProcessOptions(
            OperatorUnderTest.Executable,
            ["run", "--kubeconfig", cluster.Kubeconfig, "--listen", $"http://127.0.0.1:{FreePort.Find()}", "--data-dir", folder.File("data"),
             "--set", "Network:Allow=127.0.0.0/8"],
            folder.File("operator.log")));
        await RunningPods.RepeatAsync(Repositories, (i, token) => cluster.WatchAsync($"r{i}", registry.Url, NameOf(i), token), cancellationToken);
        await cluster.WaitAsync("all are scanned", Repositories, status => (string?)status["lastScanStatus"] == "Success", cancellationToken);
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);
        var without = ProcessMeter.Read(@operator.Id);

        var clock = Stopwatch.StartNew();
        await RunningPods.RepeatAsync(Repositories, (i, token) => cluster.DetectDriftAsync($"r{i}", CheckInterval, token), cancellationToken);
        await cluster.WaitAsync("all are compared", Repositories, status => status["drift"]?["summary"] is not null, cancellationToken);
        var compared = clock.Elapsed;
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);
        var with = ProcessMeter.Read(@operator.Id);
        var total = (await cluster.StatusesAsync(cancellationToken)).Sum(status => (int?)status["drift"]?["summary"]?["total"] ?? 0);
        Console.WriteLine(
            $"{total} workloads compared in {compared.TotalSeconds:0.0} s, {(with.Cpu - without.Cpu).TotalSeconds:0.0} s of processor time; memory " +
            $"{without.Memory >> 20} MiB before, {with.Memory >> 20} MiB after, {with.PeakMemory >> 20} MiB at most.");

        var (requests, lists) = (registry.RequestCount, await cluster.ListsAsync(cancellationToken));
        var before = ProcessMeter.Read(@operator.Id);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var after = ProcessMeter.Read(@operator.Id);
        Console.WriteLine(
            $"{Rest.TotalSeconds:0} s with a check every {CheckInterval} s and no change: {await cluster.ListsAsync(cancellationToken) - lists} lists, "
            + $"{registry.RequestCount - requests} requests to the registry, {(after.Cpu - before.Cpu) / Rest:0.00%} of a core.");

        before = ProcessMeter.Read(@operator.Id);
        clock.Restart();
        await RunningPods.RepeatAsync(pods, (number, token) => cluster.ReportAsync(
            $"app-{number / PodsOfAWorkload}-1-{number % PodsOfAWorkload}", ImageOf(registry, number / PodsOfAWorkload),
            IdOf(registry, number / PodsOfAWorkload, images), "ready again", token), cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
        Console.WriteLine(
            $"{pods} status updates that change nothing of what runs, in {clock.Elapsed.TotalSeconds:0} s: " +
            $"{(ProcessMeter.Read(@operator.Id).Cpu - before.Cpu).TotalSeconds:0.0} s of processor time.");

        clock.Restart();
        await cluster.SetImageAsync(0, ImageOf(registry, 0, Tags - 1), cancellationToken);
        await cluster.WaitAsync("the change is seen", 1, status => Runs(status, "app-0", $"1.0.{Tags - 1}"), cancellationToken);
        Console.WriteLine($"A changed Deployment is in the status after {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    private static string NameOf(int number) => $"bench/app{number}";

    private static string ImageOf(InMemoryRegistry registry, int workload, int? version = null) =>
        $"{registry.Url.Authority}/{NameOf(workload % Repositories)}:1.0.{version ?? workload % Tags}";

    private static string IdOf(InMemoryRegistry registry, int workload, TestManifest[] images) =>
        $"{registry.Url.Authority}/{NameOf(workload % Repositories)}@{images[workload % Tags].Digest}";

    /// <summary>Its Pods still run the old tag, which counts as the worse.</summary>
    private static bool Runs(JsonNode status, string workload, string tag) =>
        (status["drift"]?["workloads"]?.AsArray() ?? []).Any(one =>
            (string?)one?["name"] == workload && ((string?)one?["message"])?.Contains($"also runs {tag}", StringComparison.Ordinal) == true);
}
