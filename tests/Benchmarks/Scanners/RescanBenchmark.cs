using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Scanners;

/// <summary>Scans with another database of images whose packages are known already, beside scans of the images.</summary>
internal static class RescanBenchmark
{
    private const string Repository = "bench/shop";
    private const string LargeRepository = "bench/large";
    private const int Images = 20;
    private const int LargeImageSize = 100_000_000;

    public static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var setup = await TrivySetup.StartAsync(cancellationToken);
        await setup.PushAsync(Repository, PackageImages.Versions(Images), cancellationToken);
        var large = await setup.PushAsync(LargeRepository, [new TaggedManifest("1.0.0", PackageImages.Build(number: 1_000, LargeImageSize))], cancellationToken);

        Console.WriteLine($"\nMedian of {rounds} rounds in turn\n");
        Console.WriteLine("| images | scan | wall s | CPU s | requests |\n|---|---|---|---|---|");
        await MeasureAsync(setup, Repository, Images, rounds, $"{Images} of 7 MB", cancellationToken);
        await MeasureAsync(setup, LargeRepository, 1, rounds, "1 of 100 MB", cancellationToken);
        await MeasureTrivyAsync(setup, large, rounds, cancellationToken);
    }

    /// <summary>The same without the operator.</summary>
    private static async Task MeasureTrivyAsync(TrivySetup setup, IReadOnlyList<TaggedManifest> image, int rounds, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("sbom");
        var sbom = await setup.MakeSbomAsync(folder, LargeRepository, image[0], cancellationToken);
        var (ofImage, ofSbom) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < rounds; round++)
        {
            ofImage.Add(await Cost.OfAsync(() => setup.RunTrivyAsync(LargeRepository, image, alsoConvert: false, cancellationToken)));
            ofSbom.Add(await Cost.OfAsync(() => setup.RunTrivySbomAsync(folder, sbom, cancellationToken)));
        }

        var (scan, rescan) = (Cost.Median(ofImage), Cost.Median(ofSbom));
        Console.WriteLine($"| the same | `trivy image` alone | {scan.Wall:0.00} | {scan.Cpu:0.00} | |");
        Console.WriteLine($"| the same | `trivy sbom` alone | {rescan.Wall:0.00} ({scan.Wall / rescan.Wall:0.0} times faster) | {rescan.Cpu:0.00} ({scan.Cpu / rescan.Cpu:0.0} times less) | |");
    }

    private static async Task MeasureAsync(TrivySetup setup, string repository, int images, int rounds, string what, CancellationToken cancellationToken)
    {
        var resource = setup.WriteResource(repository);
        var data = setup.NewDataDirectory();
        var known = await setup.ScanAsync(resource, data, cancellationToken);
        var scans = new List<Cost>();
        var rescans = new List<Cost>();
        var (scanRequests, rescanRequests) = ("", "");
        for (var round = 0; round < rounds; round++)
        {
            // A new version each time: the known images are due again, and only they.
            await setup.MakeDatabaseAsync(later: true, cancellationToken);
            await setup.Registry.Log.ClearAsync(cancellationToken);
            rescans.Add(await Cost.OfAsync(async () => known = await setup.ScanAsync(known, data, cancellationToken)));
            rescanRequests = await RequestsAsync(setup, cancellationToken);
            await TrivySetup.CheckAsync(known, images, "sbom", cancellationToken);

            await setup.Registry.Log.ClearAsync(cancellationToken);
            var scanned = "";
            scans.Add(await Cost.OfAsync(async () => scanned = await setup.ScanAsync(resource, setup.NewDataDirectory(), cancellationToken)));
            scanRequests = await RequestsAsync(setup, cancellationToken);
            await TrivySetup.CheckAsync(scanned, images, "image", cancellationToken);
            await Console.Error.WriteLineAsync($"round {round + 1}: scan {scans[^1]} ({scanRequests}), rescan {rescans[^1]} ({rescanRequests})");
        }

        var (scan, rescan) = (Cost.Median(scans), Cost.Median(rescans));
        Console.WriteLine($"| {what} | of the image | {scan.Wall:0.00} | {scan.Cpu:0.00} | {scanRequests} |");
        Console.WriteLine($"| {what} | of what is known | {rescan.Wall:0.00} ({scan.Wall / rescan.Wall:0.0} times faster) | {rescan.Cpu:0.00} ({scan.Cpu / rescan.Cpu:0.0} times less) | {rescanRequests} |");
    }

    private static async Task<string> RequestsAsync(TrivySetup setup, CancellationToken cancellationToken)
    {
        var requests = await setup.Registry.Log.ReadAsync(cancellationToken);
        return string.Join(", ", requests.GroupBy(Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}"));

        static string Name(Tests.Servers.Registries.LoggedRequest request) =>
            $"{request.Method} {(request.Path.Contains("/tags/", StringComparison.Ordinal) ? "tags" : request.Path.Contains("/blobs/", StringComparison.Ordinal) ? "blob" : request.Path.Contains("/manifests/", StringComparison.Ordinal) ? "manifest" : request.Path)}";
    }
}
