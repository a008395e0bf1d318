using RegistryOperator.Benchmarks;

// One benchmark after the other, alone on the machine: they share nothing but the processor.
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

switch (args)
{
    case ["scan", .. var counts]:
        foreach (var count in counts.Length == 0 ? [1_000, 10_000] : counts.Select(int.Parse)) await ScanBenchmark.RunAsync(count, interrupted.Token);
        return 0;
    case ["idle"]:
        await IdleBenchmark.RunAsync(resources: 200, interrupted.Token);
        return 0;
    default:
        Console.Error.WriteLine("""
            Usage: RegistryOperator.Benchmarks scan [TAGS...] | idle

              scan   first and unchanged second scans of a real registry, beside the registry's own limit and beside crane (default: 1000 10000)
              idle   what the operator costs with 200 resources at rest
            """);
        return 2;
}
