using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Benchmarks.Provenance;

/// <summary>
/// Images with one signed provenance each, under cosign's tags in a registry without the Referrers API: requests and time of the first scan, of an
/// unchanged one, and of one with another key, beside <c>cosign verify-attestation</c> over the same images.
/// </summary>
internal static class ProvenanceBenchmark
{
    private const string Repository = "bench/attested";
    private const string EnvelopeType = "application/vnd.dsse.envelope.v1+json";
    private const string StatementType = "application/vnd.in-toto+json";
    private const string Slsa1 = "https://slsa.dev/provenance/v1";
    private const int Concurrency = 10;
    private const int CosignRuns = 20;

    public static async Task RunAsync(int images, CancellationToken cancellationToken)
    {
        var key = TestKey.Ecdsa();
        await using var registry = await DockerRegistry.StartAsync(cancellationToken);
        TestImage[] all = [.. Enumerable.Range(0, images).Select(Image)];
        using (var pusher = registry.CreatePusher())
        {
            await pusher.PushAsync(Repository, all.Select((image, number) => new TaggedManifest($"1.0.{number}", image)), cancellationToken);
            // As cosign 2 leaves it: under a tag of its own.
            var attestations = all.Select(image => new TaggedManifest($"sha256-{image.Digest.Encoded}.att", Attestation(key, image)));
            await pusher.PushAsync(Repository, attestations, cancellationToken);
        }

        await using var @operator = await OperatorUnderTest.StartAsync();
        Console.WriteLine($"\n{images} images with one signed provenance each, concurrency {Concurrency}\n");
        Console.WriteLine("| scan | wall s | images a second | CPU ms an image | requests an image | verified |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await MeasureAsync("first", "1", key);
        await MeasureAsync("unchanged", "2", key);
        await MeasureAsync("unchanged, another key", "3", TestKey.Ecdsa());
        if (!ServerBinaries.Has("cosign")) return;
        using var folder = new TemporaryFolder("provenance");
        var pem = folder.Write("cosign.pub", key.Pem);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = folder.Path };
        var cosign = await Cost.OfAsync(async () =>
        {
            foreach (var image in all.Take(CosignRuns))
            {
                string[] arguments =
                [
                    "verify-attestation", "--key", pem, "--type", "slsaprovenance1", "--insecure-ignore-tlog", "--allow-http-registry",
                    $"{registry.Url.Authority}/{Repository}@{image.Digest}",
                ];
                (await Tool.RunAsync(ServerBinaries.Find("cosign"), arguments, environment: environment, cancellationToken: cancellationToken)).EnsureSuccess();
            }
        });
        Console.WriteLine($"| `cosign verify-attestation`, {CosignRuns} images, one at a time | {cosign.Wall:0.00} | {CosignRuns / cosign.Wall:0.0} | "
            + $"{1000 * cosign.Cpu / CosignRuns:0} | | {CosignRuns} |");

        async Task MeasureAsync(string name, string request, TestKey trusted)
        {
            await registry.Log.ClearAsync(cancellationToken);
            var before = @operator.Meter;
            var lines = string.Concat(trusted.Pem.Trim().Split('\n').Select(line => $"          {line}\n"));
            @operator.Write(
                "attested", registry.Url, Repository, Concurrency, request,
                $"  provenanceTracking:\n    enabled: true\n    verification:\n      keys:\n      - pem: |\n{lines}");
            var (status, _) = await @operator.WaitAsync("attested", request, cancellationToken);
            var wall = await @operator.LastScanSecondsAsync("attested", cancellationToken);
            var cpu = (@operator.Meter.Cpu - before.Cpu).TotalMilliseconds / images;
            var requests = (double)(await registry.Log.ReadAsync(cancellationToken)).Count / images;
            var verified = status["images"]!.AsArray().Count(image => (bool?)image!["provenance"]?["signed"] is true);
            Console.WriteLine($"| {name} | {wall:0.00} | {images / wall:0} | {cpu:0.0} | {requests:0.00} | {verified} |");
        }
    }

    private static TestImage Image(int number) => new ImageBuilder()
        .WithPlatform("linux/amd64").WithFillerLayer(1_000).WithLabel("number", $"{number}").Build();

    private static TestArtifact Attestation(TestKey key, TestImage image)
    {
        var payload = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "app", ["digest"] = new JsonObject { ["sha256"] = image.Digest.Encoded } }),
            ["predicateType"] = Slsa1,
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject { ["buildType"] = "https://ci.test/types/pipeline@v1" },
                ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = "https://ci.test/builders/app@v1" } },
            },
        }.ToJsonString());
        var envelope = TestInstance.Envelope(StatementType, payload, key.Sign(TestInstance.PreAuthenticate(StatementType, payload)));
        return new ArtifactBuilder().WithConfig("application/vnd.oci.image.config.v1+json", "{}")
            .WithFile(EnvelopeType, envelope.ToJsonString(), new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["dev.cosignproject.cosign/signature"] = "",
                ["predicateType"] = Slsa1,
            }).Build();
    }
}
