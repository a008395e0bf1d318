using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>Scans with another database of images whose packages are known already, beside scans of the images.</summary>
internal static class RescanBenchmark
{
    private const string Repository = "bench/shop";
    private const string LargeRepository = "bench/large";
    private const int Images = 20;
    private const int LargeImages = 5;
    private const int LargeImageSize = 100_000_000;

    /// <summary>Scans after which the runtime has compiled what is hot, and executables, database and blobs are in the system's cache.</summary>
    private const int WarmUps = 2;

    public static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var setup = await TrivySetup.StartAsync(cancellationToken);
        await setup.PushAsync(Repository, PackageImages.Versions(Images), cancellationToken);
        var large = await setup.PushAsync(LargeRepository, PackageImages.Versions(LargeImages, LargeImageSize), cancellationToken);
        await using var @operator = await setup.StartOperatorAsync();

        Console.WriteLine($"\nMedian of {rounds} rounds in turn\n");
        Console.WriteLine("| images | scan | wall s | CPU s | requests |\n|---|---|---|---|---|");
        await MeasureAsync(setup, @operator, Repository, Images, rounds, $"{Images} of 7 MB", cancellationToken);
        await MeasureAsync(setup, @operator, LargeRepository, LargeImages, rounds, $"{LargeImages} of 100 MB", cancellationToken);
        await MeasureTrivyAsync(setup, large[0], rounds, cancellationToken);
    }

    /// <summary>The same without the operator.</summary>
    private static async Task MeasureTrivyAsync(TrivySetup setup, TaggedManifest image, int rounds, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("sbom");
        var sbom = await setup.MakeSbomAsync(folder, LargeRepository, image, cancellationToken);
        var (ofImage, ofSbom) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < rounds; round++)
        {
            ofImage.Add(await Cost.OfAsync(() => setup.RunTrivyAsync(LargeRepository, [image], cancellationToken)));
            ofSbom.Add(await Cost.OfAsync(() => setup.RunTrivySbomAsync(folder, sbom, cancellationToken)));
        }

        var (scan, rescan) = (Cost.Median(ofImage), Cost.Median(ofSbom));
        Console.WriteLine($"| 1 of 100 MB | `trivy image` alone | {scan.Wall:0.00} | {scan.Cpu:0.00} | |");
        Console.WriteLine($"| 1 of 100 MB | `trivy sbom` alone | {rescan.Wall:0.00} ({scan.Wall / rescan.Wall:0.0} times faster) " +
            $"| {rescan.Cpu:0.00} ({scan.Cpu / rescan.Cpu:0.0} times less) | |");
    }

    private static async Task MeasureAsync(
        TrivySetup setup, OperatorUnderTest @operator, string repository, int images, int rounds, string what, CancellationToken cancellationToken)
    {
        for (var i = 0; i < WarmUps; i++) await setup.ScanAsync(@operator, repository, images, "image", cancellationToken);
        var scans = new List<Cost>();
        var rescans = new List<Cost>();
        var (scanRequests, rescanRequests) = ("", "");
        for (var round = 0; round < rounds; round++)
        {
            // A new version each time: the known images are due again.
            await setup.MakeDatabaseAsync(later: true, cancellationToken);
            await setup.Registry.Log.ClearAsync(cancellationToken);
            rescans.Add(await setup.ScanAsync(@operator, repository, images, "sbom", cancellationToken));
            rescanRequests = await RequestsAsync(setup, cancellationToken);

            // The same database, asked by a user: the operator looks into every image again.
            await setup.Registry.Log.ClearAsync(cancellationToken);
            scans.Add(await setup.ScanAsync(@operator, repository, images, "image", cancellationToken));
            scanRequests = await RequestsAsync(setup, cancellationToken);
            await Console.Error.WriteLineAsync($"round {round + 1}: scan {scans[^1]} ({scanRequests}), rescan {rescans[^1]} ({rescanRequests})");
        }

        var (scan, rescan) = (Cost.Median(scans), Cost.Median(rescans));
        Console.WriteLine($"| {what} | of the image | {scan.Wall:0.00} | {scan.Cpu:0.00} | {scanRequests} |");
        Console.WriteLine($"| {what} | of what is known | {rescan.Wall:0.00} ({scan.Wall / rescan.Wall:0.0} times faster) " +
            $"| {rescan.Cpu:0.00} ({scan.Cpu / rescan.Cpu:0.0} times less) | {rescanRequests} |");
    }

    private static async Task<string> RequestsAsync(TrivySetup setup, CancellationToken cancellationToken)
    {
        var requests = await setup.Registry.Log.ReadAsync(cancellationToken);
        return string.Join(", ", requests.GroupBy(Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}"));

        static string Name(Tests.Servers.Registries.LoggedRequest request) => $"{request.Method} {Subject(request.Path)}";

        static string Subject(string path) =>
            path.Contains("/tags/", StringComparison.Ordinal) ? "tags"
            : path.Contains("/blobs/", StringComparison.Ordinal) ? "blob"
            : path.Contains("/manifests/", StringComparison.Ordinal) ? "manifest"
            : path;
    }
}
