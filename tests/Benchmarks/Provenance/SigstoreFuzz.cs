using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Statements;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Benchmarks.Provenance;

/// <summary>
/// Damages good bundles, envelopes, payloads with annotations, trusted roots, statements and keys for some minutes. Nothing may be thrown but what the library
/// promises, nothing may be verified as what nobody signed, and nothing may take long.
/// </summary>
internal sealed class SigstoreFuzz
{
    /// <summary>Longer ones are findings: on a machine that is shared, milliseconds become tenths of a second.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly TestInstance _instance = new();
    private readonly TestKey _key = TestKey.Ecdsa();
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly BundleVerifier _verifier;
    private readonly Artifact _artifact = Artifact.OfDigest(TestInstance.Digest);
    private readonly VerificationPolicy[] _policies;
    private readonly string[] _bundles;
    private readonly string[] _envelopes;
    private readonly string _root;
    private readonly string _payload;
    private readonly CosignAnnotations _annotations;
    private readonly HashSet<string> _findings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _verdicts = new(StringComparer.Ordinal);

    private SigstoreFuzz(int seed)
    {
        _random = new Random(seed);
        var statement = TestInstance.Statement();
        Recipe[] recipes =
        [
            new(), new() { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1" }, new() { StampedAt = TestInstance.Now },
            new() { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now }, new() { Entry = "dsse 0.0.1", Statement = statement },
            new() { Entry = "dsse 0.0.2", Statement = statement, StampedAt = TestInstance.Now }, new() { Entry = "intoto 0.0.2", Statement = statement },
            new() { Key = _key }, new() { Key = _key, Entry = "", Statement = statement },
        ];
        _bundles = [.. recipes.Select(recipe => _instance.Sign(recipe).ToJsonString())];
        var payload = Encoding.UTF8.GetBytes(statement);
        var signature = _key.Sign(TestInstance.PreAuthenticate(InTotoStatement.PayloadType, payload));
        _envelopes = [TestInstance.Envelope(InTotoStatement.PayloadType, payload, [1, 2], signature).ToJsonString()];
        _root = _instance.Root().ToJsonString();
        _payload = $$$"""
            {"critical":{"identity":{},"image":{"docker-manifest-digest":"{{{TestInstance.Digest}}}"},"type":"cosign container image signature"}}
            """;
        var promise = new JsonObject
        {
            ["SignedEntryTimestamp"] = "AAAA",
            ["Payload"] = new JsonObject
            {
                ["body"] = JsonNode.Parse(_bundles[0])!["verificationMaterial"]!["tlogEntries"]![0]!["canonicalizedBody"]!.DeepClone(),
                ["integratedTime"] = 1,
                ["logIndex"] = 1,
                ["logID"] = "00",
            },
        };
        _annotations = new CosignAnnotations(TestInstance.Base64(_key.Sign(Encoding.UTF8.GetBytes(_payload))), Bundle: promise.ToJsonString());
        _mutator = new Mutator(_random, [.. _bundles, .. _envelopes, _root]);
        _verifier = new BundleVerifier(TestInstance.Read(_instance.Root()));
        _policies = [TestInstance.Policy, new KeyPolicy(VerificationKey.ReadPem(_key.Pem), RequiresLogEntry: false)];
    }

    /// <returns>False where something was found.</returns>
    public static bool Run(TimeSpan length, int seed, CancellationToken cancellationToken)
    {
        var fuzz = new SigstoreFuzz(seed);
        var clock = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        var (count, longest, largest) = (0, TimeSpan.Zero, 0L);
        while (clock.Elapsed < length && !cancellationToken.IsCancellationRequested)
        {
            var (began, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            fuzz.RunOne();
            var taken = Stopwatch.GetElapsedTime(began);
            if (taken > longest) longest = taken;
            largest = Math.Max(largest, GC.GetAllocatedBytesForCurrentThread() - allocated);
            if (taken > Longest) fuzz._findings.Add($"took {taken.TotalSeconds:0.0} s");
            count++;
        }

        var cpu = process.TotalProcessorTime.TotalSeconds;
        Console.WriteLine($"{count:N0} executions in {clock.Elapsed.TotalSeconds:0} s, {cpu:0} s of processor time (seed {seed})");
        Console.WriteLine($"longest {longest.TotalMilliseconds:0} ms; most allocated by one {largest / 1024:N0} KiB; {fuzz._findings.Count} findings");
        foreach (var (verdict, times) in fuzz._verdicts) Console.WriteLine($"  {times,10:N0} {verdict}");
        foreach (var finding in fuzz._findings.Take(50)) Console.WriteLine($"FOUND {finding}");
        return fuzz._findings.Count == 0;
    }

    private void RunOne()
    {
        var kind = _random.Next(10);
        byte[] input = [];
        try
        {
            switch (kind)
            {
                case < 5:
                    input = _mutator.Damage(_bundles[_random.Next(_bundles.Length)]);
                    Judge(SigstoreBundle.Read(input), input);
                    break;
                case 5:
                    input = _mutator.Damage(_envelopes[_random.Next(_envelopes.Length)]);
                    Judge(SigstoreBundle.ReadEnvelope(input), input);
                    break;
                case 6:
                    var text = Encoding.UTF8.GetString(_mutator.Damage(_annotations.Bundle!));
                    input = _random.Next(2) == 0 ? Encoding.UTF8.GetBytes(_payload) : _mutator.Damage(_payload);
                    Judge(SigstoreBundle.ReadSimpleSigning(input, _annotations with { Bundle = _random.Next(3) == 0 ? null : text }), input);
                    break;
                case 7:
                    input = _mutator.Damage(_root);
                    var verifier = new BundleVerifier(TrustedRoot.Read(input));
                    var whole = SigstoreBundle.Read(Encoding.UTF8.GetBytes(_bundles[_random.Next(_bundles.Length)]));
                    Count(verifier.Verify(whole, _artifact, TestInstance.Policy), "root");
                    break;
                case 8:
                    input = _mutator.Damage(TestInstance.Statement());
                    _ = InTotoStatement.Read(input).SubjectDigests.Count();
                    break;
                default:
                    input = _mutator.DamageBytes(Encoding.ASCII.GetBytes(_key.Pem));
                    _ = VerificationKey.ReadPem(Encoding.Latin1.GetString(input));
                    break;
            }
        }
        catch (SigstoreFormatException) when (kind > 6)
        {
            _verdicts["refused what the caller gives"] = _verdicts.GetValueOrDefault("refused what the caller gives") + 1;
        }
        catch (Exception thrown)
        {
            Found($"{thrown.GetType().Name}: {thrown.Message} {thrown.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}", input);
        }
    }

    private void Judge(SigstoreBundle bundle, byte[] input)
    {
        foreach (var policy in _policies)
        {
            var result = _verifier.Verify(bundle, _artifact, policy);
            Count(result, "bundle");
            if (result.Verified && !IsWhatWasSigned(result)) Found("verified as what nobody signed", input);
            if (!result.Verified && result is not { Payload: null, Statement: null, Identity: null, Claims: null, KeyFingerprint: null, Times: [] })
                Found("refused, and yet told", input);
        }
    }

    private bool IsWhatWasSigned(VerificationResult result) =>
        (result.Method == VerificationMethod.Key
            ? result.KeyFingerprint == Convert.ToHexStringLower(_key.Id) : result.Identity == TestInstance.Identity && result.Issuer == TestInstance.Issuer)
        && (result.Payload is not { } payload || Encoding.UTF8.GetString(payload.Bytes.Span) == TestInstance.Statement())
        && result.Times.All(time => time.Time == TestInstance.Now);

    private void Count(VerificationResult result, string of)
    {
        var verdict = $"{of}: {result.Reason ?? "verified"}";
        _verdicts[verdict] = _verdicts.GetValueOrDefault(verdict) + 1;
    }

    private void Found(string what, byte[] input) => _findings.Add($"{what}: {Convert.ToBase64String(input[..Math.Min(input.Length, 200)])}");
}
