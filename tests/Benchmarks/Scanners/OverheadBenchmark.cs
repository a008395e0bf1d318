namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>What a scan by the operator costs beside the bare Trivy commands over the same images.</summary>
internal static class OverheadBenchmark
{
    private const string Repository = "bench/shop";
    private const int Images = 20;

    /// <summary>Scans after which the runtime has compiled what is hot, and executables, database and blobs are in the system's cache.</summary>
    private const int WarmUps = 3;

    public static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var setup = await TrivySetup.StartAsync(cancellationToken);
        var images = await setup.PushAsync(Repository, PackageImages.Versions(Images), cancellationToken);
        await using var @operator = await setup.StartOperatorAsync();
        for (var i = 0; i < WarmUps; i++) await setup.ScanAsync(@operator, Repository, Images, "image", cancellationToken);

        var trivy = new List<Cost>();
        var running = new List<Cost>();
        var commands = new List<Cost>();
        for (var round = 0; round < rounds; round++)
        {
            trivy.Add(await Cost.OfAsync(() => setup.RunTrivyAsync(Repository, images, cancellationToken)));
            // The same database, asked by a user: the operator looks into every image again.
            running.Add(await setup.ScanAsync(@operator, Repository, Images, "image", cancellationToken));
            commands.Add(await Cost.OfAsync(() => setup.RunScanCommandAsync(Repository, cancellationToken)));
            await Console.Error.WriteLineAsync($"round {round + 1}: {trivy[^1]}, operator {running[^1]}, command {commands[^1]}");
        }

        var bare = Cost.Median(trivy);
        Console.WriteLine($"\n{Images} images, two at a time, median of {rounds} rounds in turn\n");
        Console.WriteLine("| | wall s | CPU s | wall ratio | CPU ratio |\n|---|---|---|---|---|");
        Print("`trivy image`", bare);
        Print("running operator", Cost.Median(running));
        Print("`registry-operator scan`", Cost.Median(commands));

        void Print(string name, Cost cost) =>
            Console.WriteLine($"| {name} | {cost.Wall:0.00} | {cost.Cpu:0.00} | {cost.Wall / bare.Wall:0.00} | {cost.Cpu / bare.Cpu:0.00} |");
    }
}
