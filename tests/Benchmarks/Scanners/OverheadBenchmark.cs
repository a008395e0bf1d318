namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>What a scan by the operator costs beside the bare Trivy commands over the same images.</summary>
internal static class OverheadBenchmark
{
    private const string Repository = "bench/shop";
    private const string WarmUpRepository = "bench/warm-up";
    private const int Images = 20;

    /// <summary>Enough to have executables and database in the system's cache.</summary>
    private const int WarmUpImages = 2;


    public static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var setup = await TrivySetup.StartAsync(cancellationToken);
        var images = await setup.PushAsync(Repository, PackageImages.Versions(Images), cancellationToken);
        var resource = setup.WriteResource(Repository);
        var warmUp = await setup.PushAsync(WarmUpRepository, PackageImages.Versions(WarmUpImages), cancellationToken);
        await setup.RunTrivyAsync(WarmUpRepository, warmUp, alsoConvert: true, cancellationToken);
        await setup.ScanAsync(setup.WriteResource(WarmUpRepository), setup.NewDataDirectory(), cancellationToken);

        var trivy = new List<Cost>();
        var both = new List<Cost>();
        var scans = new List<Cost>();
        for (var round = 0; round < rounds; round++)
        {
            trivy.Add(await Cost.OfAsync(() => setup.RunTrivyAsync(Repository, images, alsoConvert: false, cancellationToken)));
            both.Add(await Cost.OfAsync(() => setup.RunTrivyAsync(Repository, images, alsoConvert: true, cancellationToken)));
            var scanned = "";
            scans.Add(await Cost.OfAsync(async () => scanned = await setup.ScanAsync(resource, setup.NewDataDirectory(), cancellationToken)));
            await TrivySetup.CheckAsync(scanned, Images, "image", cancellationToken);
            await Console.Error.WriteLineAsync($"round {round + 1}: {trivy[^1]}, with convert {both[^1]}, scan {scans[^1]}");
        }

        Console.WriteLine($"\n{Images} images, two at a time, median of {rounds} rounds in turn\n");
        Console.WriteLine("| | wall s | CPU s | wall ratio | CPU ratio |\n|---|---|---|---|---|");
        Print("`trivy image`", Cost.Median(trivy));
        Print("`trivy image`, `trivy convert`", Cost.Median(both));
        Print("`registry-operator scan`", Cost.Median(scans));

        void Print(string name, Cost cost)
        {
            var bare = Cost.Median(trivy);
            Console.WriteLine($"| {name} | {cost.Wall:0.00} | {cost.Cpu:0.00} | {cost.Wall / bare.Wall:0.00} | {cost.Cpu / bare.Cpu:0.00} |");
        }
    }
}
