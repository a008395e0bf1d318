using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Tests.Pki;

/// <summary>What a bundle is to be.</summary>
public sealed record Recipe
{
    public string MediaType { get; init; } = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The kind and version of the log's entry; of hashedrekord for an envelope, over what its signature is over.</summary>
    public string Entry { get; init; } = "hashedrekord 0.0.1";

    /// <summary>The statement that an envelope contains; null for a signature over the artifact.</summary>
    public string? Statement { get; init; }

    public string PayloadType { get; init; } = "application/vnd.in-toto+json";

    /// <summary>Signs without a certificate.</summary>
    public TestKey? Key { get; init; }

    public CertificateOrder Certificate { get; init; } = new();

    public DateTimeOffset LoggedAt { get; init; } = TestInstance.Now;

    /// <summary>Null for no signed timestamp.</summary>
    public DateTimeOffset? StampedAt { get; init; }
}

/// <summary>An instance of Sigstore, all of it in memory.</summary>
public sealed class TestInstance
{
    public const string Identity = "https://forge.test/team/app/.forge/release.yml@refs/heads/main";
    public const string Issuer = "https://tokens.forge.test";
    public const string Provenance = "https://slsa.dev/provenance/v1";

    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyDictionary<int, string> Claims = new Dictionary<int, string>
    {
        [9] = "https://forge.test/team/builder@v1",
        [10] = "0f1e",
        [11] = "forge-hosted",
        [12] = "https://forge.test/team/app",
        [13] = "1a2b",
        [14] = "refs/heads/main",
        [18] = "https://forge.test/team/app/release.yml",
        [20] = "push",
        [21] = "https://forge.test/runs/1",
        [22] = "public",
    };

    public static byte[] Content { get; } = Encoding.UTF8.GetBytes("the artifact\n");

    public TestAuthority Authority { get; init; } = new();

    public TestCertificateLog CertificateLog { get; } = new();

    public TestTimestampAuthority Timestamps { get; init; } = new();

    public TestLog Rekor1 { get; } = new("rekor.test", TestKey.Ecdsa(), isRekor2: false);

    public TestLog Rekor2 { get; } = new("log2026-1.rekor.test", TestKey.Of("Ed25519"), isRekor2: true);

    public static string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Content));

    public static string Statement(string predicateType = Provenance, string? digest = null) =>
        $$$"""
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"{{{digest ?? Digest[7..]}}}"}}],
        "predicateType":"{{{predicateType}}}","predicate":{"a":[1,2]}}
        """;

    public static KeylessPolicy Policy { get; } = new(NamePattern.Exactly(Identity), NamePattern.Exactly(Issuer));

    /// <summary>Verifies with the instance's own root, or a part of it.</summary>
    public VerificationResult Verify(JsonNode bundle, VerificationPolicy? policy = null, JsonObject? root = null, Artifact? artifact = null) =>
        new BundleVerifier(Read(root ?? Root())).Verify(
            SigstoreBundle.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())), artifact ?? Artifact.OfDigest(Digest), policy ?? Policy);

    public static TrustedRoot Read(JsonNode root) => TrustedRoot.Read(Encoding.UTF8.GetBytes(root.ToJsonString()));

    public JsonObject Root() => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(
            Log("https://rekor.test", Rekor1.Key, "PKIX_ECDSA_P256_SHA_256"),
            Log("https://log2026-1.rekor.test", Rekor2.Key, "PKIX_ED25519")),
        ["certificateAuthorities"] = new JsonArray(Trusted("https://fulcio.test", Authority.Chain)),
        ["ctlogs"] = new JsonArray(Log("https://ct.test", CertificateLog.Key, "PKIX_ECDSA_P256_SHA_256")),
        ["timestampAuthorities"] = new JsonArray(Trusted("https://tsa.test", Timestamps.Chain)),
    };

    public JsonObject Sign(Recipe recipe)
    {
        var key = recipe.Key ?? TestKey.Ecdsa();
        var payload = recipe.Statement is null ? null : Encoding.UTF8.GetBytes(recipe.Statement);
        var signed = payload is null ? Content : PreAuthenticate(recipe.PayloadType, payload);
        var signature = key.Sign(signed);
        var order = recipe.Certificate with { Timestamps = recipe.Certificate.Timestamps ?? ((body, issuer) => CertificateLog.Promise(body, issuer, [])) };
        var certificate = recipe.Key is null ? Authority.Issue(key.Algorithm!, order) : null;

        var material = new JsonObject();
        if (certificate is null) material["publicKey"] = new JsonObject { ["hint"] = Base64(key.Id) };
        else if (recipe.MediaType.Contains("0.3", StringComparison.Ordinal)) material["certificate"] = Raw(certificate);
        else material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(Raw(certificate)) };
        if (recipe.Entry.Length > 0) material["tlogEntries"] = new JsonArray(Enter(recipe, signed, payload, signature, certificate, key));
        if (recipe.StampedAt is { } time) material["timestampVerificationData"] = Stamps(Timestamps.Stamp(signature, time));
        var bundle = new JsonObject { ["mediaType"] = recipe.MediaType, ["verificationMaterial"] = material };
        if (payload is null)
        {
            bundle["messageSignature"] = new JsonObject
            {
                ["messageDigest"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = Base64(SHA256.HashData(Content)) },
                ["signature"] = Base64(signature),
            };
        }
        else
        {
            bundle["dsseEnvelope"] = Envelope(recipe.PayloadType, payload, signature);
        }

        return bundle;
    }

    /// <summary>What an envelope's signature is over, as https://github.com/secure-systems-lab/dsse/blob/master/protocol.md defines it.</summary>
    public static byte[] PreAuthenticate(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "), .. payload];

    public static JsonObject Envelope(string type, byte[] payload, params byte[][] signatures) => new()
    {
        ["payload"] = Base64(payload),
        ["payloadType"] = type,
        ["signatures"] = new JsonArray([.. signatures.Select(signature => (JsonNode)new JsonObject { ["sig"] = Base64(signature), ["keyid"] = "" })]),
    };

    public static JsonObject Stamps(params byte[][] responses) => new()
    {
        ["rfc3161Timestamps"] = new JsonArray([.. responses.Select(response => (JsonNode)new JsonObject { ["signedTimestamp"] = Base64(response) })]),
    };

    public static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private JsonObject Enter(Recipe recipe, byte[] signed, byte[]? payload, byte[] signature, byte[]? certificate, TestKey key)
    {
        var parts = recipe.Entry.Split(' ');
        var log = parts[1] == "0.0.2" && parts[0] != "intoto" ? Rekor2 : Rekor1;
        var pem = Base64(Encoding.ASCII.GetBytes(certificate is null ? key.Pem : PemEncoding.WriteString("CERTIFICATE", certificate)));
        var spec = EntrySpecs.Of(recipe.Entry, signed, payload, signature, pem, certificate, key.SubjectPublicKeyInfo);
        return log.Add(parts[0], parts[1], spec, recipe.LoggedAt);
    }

    private static JsonObject Log(string uri, TestKey key, string details) => new()
    {
        ["baseUrl"] = uri,
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Base64(key.SubjectPublicKeyInfo),
            ["keyDetails"] = details,
            ["validFor"] = new JsonObject { ["start"] = "2025-01-01T00:00:00Z" },
        },
        ["logId"] = new JsonObject { ["keyId"] = Base64(key.Id) },
    };

    private static JsonObject Trusted(string uri, IReadOnlyList<byte[]> chain) => new()
    {
        ["uri"] = uri,
        ["certChain"] = new JsonObject { ["certificates"] = new JsonArray([.. chain.Select(one => (JsonNode)Raw(one))]) },
        ["validFor"] = new JsonObject { ["start"] = "2025-01-01T00:00:00Z" },
    };

    public static JsonObject Raw(byte[] bytes) => new() { ["rawBytes"] = Base64(bytes) };
}
