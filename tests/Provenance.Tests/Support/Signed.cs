using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests.Support;

/// <summary>Signatures and attestations as cosign writes them, by a key.</summary>
internal static class Signed
{
    public const string EnvelopeType = "application/vnd.dsse.envelope.v1+json";
    public const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    public const string StatementType = "application/vnd.in-toto+json";
    public const string SimpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string Slsa1 = "https://slsa.dev/provenance/v1";
    public const string Builder = "https://ci.test/builders/app@v1";
    public const string Repository = "https://forge.test/team/app";
    public const string Commit = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334";

    /// <summary>A build argument of the provenance, which nobody is told.</summary>
    public const string Secret = "hunter2-build-argument";

    public static string Provenance(TestManifest subject, string builder = Builder, string repository = Repository, string commit = Commit) => Statement(
        subject, Slsa1, $$$$"""
        {"buildDefinition":{"buildType":"https://ci.test/types/pipeline@v1","externalParameters":{"args":{"TOKEN":"{{{{Secret}}}}"},
        "workflow":{"ref":"refs/heads/main","repository":"{{{{repository}}}}","path":".ci/build.yml"}},"internalParameters":{"env":"{{{{Secret}}}}"},
        "resolvedDependencies":[{"uri":"git+{{{{repository}}}}.git@refs/heads/main","digest":{"gitCommit":"{{{{commit}}}}"}}]},
        "runDetails":{"builder":{"id":"{{{{builder}}}}"}}}
        """);

    public static string Statement(TestManifest subject, string predicateType, string predicate = "{}") =>
        Statement(subject.Digest.Encoded, predicateType, predicate);

    public static string Statement(string sha256, string predicateType, string predicate = "{}") =>
        $$$$"""
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"{{{{sha256}}}}"}}],
        "predicateType":"{{{{predicateType}}}}","predicate":{{{{predicate}}}}}
        """;

    /// <summary>The statement with one more subject.</summary>
    public static string About(string statement, TestManifest subject) => statement.Replace(
        "\"subject\":[", $"\"subject\":[{{\"name\":\"app\",\"digest\":{{\"sha256\":\"{subject.Digest.Encoded}\"}}}},", StringComparison.Ordinal);

    public static string Envelope(TestKey key, string statement) => EnvelopeOf(key, statement).ToJsonString();

    public static string Bundle(TestKey key, string statement) => new JsonObject
    {
        ["mediaType"] = BundleType,
        ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = TestInstance.Base64(key.Id) } },
        ["dsseEnvelope"] = EnvelopeOf(key, statement),
    }.ToJsonString();

    /// <summary>A signature over a manifest itself.</summary>
    public static string MessageBundle(TestKey key, TestManifest subject) => new JsonObject
    {
        ["mediaType"] = BundleType,
        ["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = TestInstance.Base64(key.Id) } },
        ["messageSignature"] = new JsonObject
        {
            ["messageDigest"] = new JsonObject
            {
                ["algorithm"] = "SHA2_256",
                ["digest"] = TestInstance.Base64(System.Security.Cryptography.SHA256.HashData(subject.Content.Span)),
            },
            ["signature"] = TestInstance.Base64(key.Sign(subject.Content.ToArray())),
        },
    }.ToJsonString();

    /// <summary>Cosign's signature, as its tag holds it.</summary>
    public static TestArtifact Signature(TestKey key, TestManifest subject)
    {
        var payload = Encoding.UTF8.GetBytes($$$"""
            {"critical":{"identity":{"docker-reference":"registry.test/team/app"},
            "image":{"docker-manifest-digest":"{{{subject.Digest}}}"},"type":"cosign container image signature"},"optional":null}
            """);
        return new ArtifactBuilder()
            .WithConfig("application/vnd.oci.image.config.v1+json", "{}")
            .WithFile(SimpleSigningType, payload, new Dictionary<string, string>
            {
                ["dev.cosignproject.cosign/signature"] = TestInstance.Base64(key.Sign(payload)),
            })
            .Build();
    }

    /// <summary>Cosign's attestations, as its tag holds them.</summary>
    public static TestArtifact Attestation(params string[] envelopes)
    {
        var builder = new ArtifactBuilder().WithConfig("application/vnd.oci.image.config.v1+json", "{}");
        foreach (var envelope in envelopes)
            builder = builder.WithFile(EnvelopeType, envelope, new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = "" });
        return builder.Build();
    }

    public static string Tag(TestManifest subject, string suffix) => $"sha256-{subject.Digest.Encoded}{suffix}";

    private static JsonObject EnvelopeOf(TestKey key, string statement)
    {
        var payload = Encoding.UTF8.GetBytes(statement);
        return TestInstance.Envelope(StatementType, payload, key.Sign(TestInstance.PreAuthenticate(StatementType, payload)));
    }
}
