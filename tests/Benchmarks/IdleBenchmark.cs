using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Benchmarks;

/// <summary>What the operator costs with many resources at rest.</summary>
internal static class IdleBenchmark
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    /// <summary>After the last scan the runtime compiles what has become hot: a second of processor time, once.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(int resources, CancellationToken cancellationToken)
    {
        await using var registry = await InMemoryRegistry.StartAsync(cancellationToken);
        registry.Add(
            "bench/app",
            Enumerable.Range(0, 20).Select(number =>
                new TaggedManifest($"1.0.{number}", new ImageBuilder().WithLabel("number", $"{number}").Build())));
        await using var @operator = await OperatorUnderTest.StartAsync();
        for (var i = 0; i < resources; i++) @operator.Write($"app-{i}", registry.Url, "bench/app", concurrency: 4, "1");
        for (var i = 0; i < resources; i++) await @operator.WaitAsync($"app-{i}", "1", cancellationToken);
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);

        var requests = registry.RequestCount;
        var before = @operator.Meter;
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var after = @operator.Meter;
        Console.WriteLine(
            $"{resources} resources at rest for {Rest.TotalSeconds:0} s: {registry.RequestCount - requests} requests, " +
            $"{(after.Cpu - before.Cpu) / Rest:0.00%} of a core, {after.Memory / 1048576} MiB RSS.");
    }
}
