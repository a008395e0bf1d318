using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Benchmarks.Provenance;

/// <summary>
/// Verifications of bundles in memory, each read anew and each of its own certificate, key and log entry, beside <c>cosign verify-blob</c> over the same
/// bundles and the same trusted root.
/// </summary>
internal static class SigstoreBenchmark
{
    private const int Bundles = 200;
    private const int CosignRuns = 200;

    /// <summary>Of each kind: the best is what the code can do on a machine that others use too.</summary>
    private const int Rounds = 5;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var instance = new TestInstance();
        var key = TestKey.Ecdsa();
        var keyPolicy = new KeyPolicy(VerificationKey.ReadPem(key.Pem), RequiresLogEntry: false);
        (string Name, Recipe Recipe, VerificationPolicy Policy)[] kinds =
        [
            ("keyless, Rekor v1", new Recipe(), TestInstance.Policy),
            ("keyless, Rekor v1, statement", new Recipe { Entry = "dsse 0.0.1", Statement = TestInstance.Statement() }, TestInstance.Policy),
            ("keyless, Rekor v2", new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now }, TestInstance.Policy),
            ("key, Rekor v1", new Recipe { Key = key }, keyPolicy),
            ("key alone, statement", new Recipe { Key = key, Entry = "", Statement = TestInstance.Statement() }, keyPolicy),
        ];
        var root = instance.Root();
        var verifier = new BundleVerifier(TrustedRoot.Read(Encode(root)));
        var artifact = Artifact.OfDigest(TestInstance.Digest);

        Console.WriteLine($"\n{Bundles} bundles of each kind, one thread, best and median of {Rounds} rounds of {RoundLength.TotalSeconds:0} s\n");
        Console.WriteLine("| bundle | a CPU second, best | median | `cosign verify-blob`, a CPU second | ratio |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, recipe, policy) in kinds)
        {
            byte[][] bundles = [.. Enumerable.Range(0, Bundles).Select(_ => Encode(instance.Sign(recipe)))];
            Measure(verifier, bundles, artifact, policy, RoundLength);
            double[] rates = [.. Enumerable.Range(0, Rounds).Select(_ => Measure(verifier, bundles, artifact, policy, RoundLength)).Order()];
            var median = rates[Rounds / 2];
            var cosign = await CosignRateAsync(recipe.Key, root, bundles, cancellationToken);
            var peer = cosign is { } rate ? $"{rate:0.0} | {median / rate:0}" : "not installed, or refuses | ";
            Console.WriteLine($"| {name} | {rates[^1]:0} | {median:0} | {peer} |");
        }
    }

    /// <summary>Verifications in a second of processor time of this thread's work.</summary>
    private static double Measure(BundleVerifier verifier, byte[][] bundles, Artifact artifact, VerificationPolicy policy, TimeSpan length)
    {
        using var process = Process.GetCurrentProcess();
        var clock = Stopwatch.StartNew();
        var before = process.TotalProcessorTime;
        var count = 0;
        while (clock.Elapsed < length)
        {
            var result = verifier.Verify(SigstoreBundle.Read(bundles[count++ % bundles.Length]), artifact, policy);
            if (!result.Verified) throw new InvalidOperationException($"{result.Reason}: {result.Message}");
        }

        process.Refresh();
        return count / (process.TotalProcessorTime - before).TotalSeconds;
    }

    /// <summary>Null where cosign 3 is not installed, or does not verify the bundle.</summary>
    private static async Task<double?> CosignRateAsync(TestKey? key, JsonObject root, byte[][] bundles, CancellationToken cancellationToken)
    {
        if (!ServerBinaries.Has("cosign3")) return null;
        using var folder = new TemporaryFolder("sigstore");
        var artifact = folder.File("artifact");
        await File.WriteAllBytesAsync(artifact, TestInstance.Content, cancellationToken);
        var trusted = folder.Write("trusted_root.json", root.ToJsonString());
        string[] who = key is null
            ? ["--certificate-identity", TestInstance.Identity, "--certificate-oidc-issuer", TestInstance.Issuer]
            : ["--key", folder.Write("key.pub", key.Pem), "--insecure-ignore-tlog"];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = folder.Path };
        var failure = "";
        var cost = await Cost.OfAsync(async () =>
        {
            for (var run = 0; run < CosignRuns && failure.Length == 0; run++)
            {
                var bundle = folder.Write("bundle.json", Encoding.UTF8.GetString(bundles[run % bundles.Length]));
                var isStatement = Encoding.UTF8.GetString(bundles[run % bundles.Length]).Contains("dsseEnvelope", StringComparison.Ordinal);
                var result = await Tool.RunAsync(
                    ServerBinaries.Find("cosign3"),
                    [
                        isStatement ? "verify-blob-attestation" : "verify-blob",
                        .. isStatement ? ["--new-bundle-format", "--type", TestInstance.Provenance] : Array.Empty<string>(),
                        "--bundle", bundle, "--trusted-root", trusted, .. who, artifact,
                    ],
                    environment: environment, cancellationToken: cancellationToken);
                if (result.ExitCode != 0) failure = result.Error;
            }
        });
        if (failure.Length == 0) return CosignRuns / cost.Cpu;
        await Console.Error.WriteLineAsync($"cosign refuses: {failure.Trim()}");
        return null;
    }

    private static byte[] Encode(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
