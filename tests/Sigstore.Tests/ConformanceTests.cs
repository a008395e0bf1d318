using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Sigstore.Tests;

/// <summary>Cases of Sigstore's public conformance suite (https://github.com/sigstore/sigstore-conformance), beside the clone.</summary>
public class ConformanceTests
{
    private const string Unreadable = "the trusted root or key is refused";
    private const string Beacon = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon";

    /// <summary>Each case, and why it is refused; null where it is verified.</summary>
    public static TheoryData<string, string?> Cases => new()
    {
        { "bundle-from-wrong-instance_fail", VerificationReasons.TrustedRootOutdated },
        { "bundle-malformed-json_fail", VerificationReasons.InvalidBundle },
        { "bundle-unknown-version_fail", VerificationReasons.UnsupportedBundle },
        { "bundle-with-sct-with-extensions", null },
        { "checkpoint-wrong-roothash_fail", VerificationReasons.CheckpointRootMismatch },
        { "dsse-mismatch-envelope_fail", VerificationReasons.LogEntryMismatch },
        { "happy-path-intoto-in-dsse-v3", null },
        { "happy-path-v0.2", null },
        { "happy-path-v0.3", null },
        { "incorrect-public-key_fail", VerificationReasons.LogEntryMismatch },
        { "intoto-expired-certificate_fail", VerificationReasons.CertificateNotValid },
        { "intoto-missing-inclusion-proof_fail", VerificationReasons.InclusionProofMissing },
        { "intoto-tsa-timestamp-outside-cert-validity_fail", VerificationReasons.CertificateNotValid },
        { "invalid-checkpoint-signature_fail", VerificationReasons.CheckpointSignatureInvalid },
        { "invalid-inclusion-proof_fail", VerificationReasons.InclusionProofInvalid },
        { "managed-key-happy-path", null },
        { "managed-key-wrong-key_fail", Unreadable },
        { "rekor2-checkpoint-cosigned", null },
        { "rekor2-checkpoint-missing-origin_fail", VerificationReasons.CheckpointOriginMissing },
        { "rekor2-checkpoint-missing-size_fail", VerificationReasons.CheckpointSizeMissing },
        { "rekor2-checkpoint-no-matching-signature_fail", VerificationReasons.CheckpointNotFromLog },
        { "rekor2-checkpoint-two-sigs-cosigned", null },
        { "rekor2-dsse-happy-path", null },
        { "rekor2-dsse-mismatch-envelope_fail", VerificationReasons.LogEntryMismatch },
        { "rekor2-happy-path", null },
        { "rekor2-no-timestamp_fail", VerificationReasons.VerifiedTimeMissing },
        { "rekor2-timestamp-outside-tsa-cert-validity_fail", VerificationReasons.TimestampAuthorityNotValid },
        { "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail", VerificationReasons.TrustedRootOutdated },
        { "rekor2-timestamp-with-embedded-cert", null },
        { "rekor2-timestamp-with-incorrect-time_fail", VerificationReasons.CertificateNotValid },
        { "set-invalid-signature_fail", VerificationReasons.InclusionPromiseInvalid },
        { "trust-root-tlog-missing-validity-start_fail", Unreadable },
        { "trust-root-tsa-validity-end-inclusive", null },
        { "wrong-hashedrekord-cert-and-sig_fail", VerificationReasons.LogEntryMismatch },
        { "wrong-material_fail", VerificationReasons.ArtifactMismatch },
    };

    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void Verify_CaseOfTheSuite_GivesTheVerdictForTheRightReason(string name, string? reason)
    {
        string? Text(string file) => TestDocuments.TryReadShared($"sigstore/{name}/{file}") is { } bytes ? Encoding.UTF8.GetString(bytes).Trim() : null;

        VerificationResult Verify()
        {
            var root = TrustedRoot.Read(
                TestDocuments.TryReadShared($"sigstore/{name}/trusted_root.json") ?? TestDocuments.ReadShared("sigstore/public-good-trusted-root.json"));
            VerificationPolicy policy = Text("key.pub") is { } key
                ? new KeyPolicy(VerificationKey.ReadPem(key))
                : new KeylessPolicy(
                    NamePattern.Exactly(Text("identity") ?? $"{Beacon}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"),
                    NamePattern.Exactly(Text("issuer") ?? "https://token.actions.githubusercontent.com"));
            var artifact = TestDocuments.TryReadShared($"sigstore/{name}/artifact") ?? TestDocuments.ReadShared("sigstore/a.txt");
            return new BundleVerifier(root).Verify(
                SigstoreBundle.Read(TestDocuments.ReadShared($"sigstore/{name}/bundle.sigstore.json")),
                Artifact.OfDigest("sha256:" + Convert.ToHexStringLower(SHA256.HashData(artifact))),
                policy);
        }

        name.EndsWith("_fail", StringComparison.Ordinal).ShouldBe(reason is not null);
        if (reason == Unreadable) Should.Throw<SigstoreFormatException>(Verify);
        else Verify().Reason.ShouldBe(reason);
    }

    /// <summary>What cosign 2.5 and 3.1 wrote with a key and no log, beside the clone.</summary>
    [SharedDataTheory]
    [InlineData("sign2-legacy/blob-12f817f0.json", "sign2-legacy/manifest-sha256-9476f663.sig.json", null)]
    [InlineData("att2-slsa1/blob-0880e8ff.json", null, "https://slsa.dev/provenance/v1")]
    [InlineData("att2-bundle-slsa02/blob-c031f06d.json", null, "https://slsa.dev/provenance/v0.2")]
    [InlineData("sign3/blob-2b97150d.json", null, "https://sigstore.dev/cosign/sign/v1")]
    [InlineData("att3-slsa1/blob-b3c44d42.json", null, "https://slsa.dev/provenance/v1")]
    public void Verify_SignatureByCosign_IsVerifiedByItsKey(string file, string? manifest, string? predicateType)
    {
        const string Folder = "cosign/no-referrers-api/";
        var document = TestDocuments.ReadShared(Folder + file);
        var text = Encoding.UTF8.GetString(document);
        var bundle = manifest is not null ? SigstoreBundle.ReadSimpleSigning(SignedBytes(document), Annotations(TestDocuments.ReadShared(Folder + manifest)))
            : text.Contains("\"mediaType\"", StringComparison.Ordinal) ? SigstoreBundle.Read(document)
            : SigstoreBundle.ReadEnvelope(document);
        var policy = new KeyPolicy(VerificationKey.ReadPem(Encoding.UTF8.GetString(TestDocuments.ReadShared("cosign/cosign.pub"))), RequiresLogEntry: false);

        var result = new BundleVerifier(TrustedRoot.PublicGood).Verify(
            bundle,
            Artifact.OfDigest("sha256:9476f663e3ac2e4d91bc113f537f57dd308682a1294e084630520a517db42bbc"),
            policy with { PredicateType = predicateType });

        result.Message.ShouldBeNull();
        result.Payload?.PredicateType.ShouldBe(predicateType);
    }

    /// <summary>The documents are laid out for readers; the signed bytes have no white space.</summary>
    private static byte[] SignedBytes(byte[] document) => Encoding.UTF8.GetBytes(JsonNode.Parse(document)!.ToJsonString());

    private static CosignAnnotations Annotations(byte[] manifest) => Annotations(JsonNode.Parse(manifest)!["layers"]![0]!);

    private static CosignAnnotations Annotations(JsonNode layer) =>
        CosignAnnotations.Of(layer["annotations"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()));

    /// <summary>What slsa-github-generator 1.10 attached to an image, beside the clone.</summary>
    [SharedDataTheory]
    [InlineData("https://github\\.com/slsa-framework/slsa-github-generator/.*", null)]
    [InlineData("https://github\\.com/slsa-framework/example-package/.*", VerificationReasons.IdentityMismatch)]
    public void Verify_AttestationOfSlsaGenerator_IsVerifiedByItsIdentity(string identity, string? reason)
    {
        const string Folder = "slsa-github/v1.10.0/container_workflow_dispatch/blobs/sha256/";
        var manifest = JsonNode.Parse(TestDocuments.ReadShared(Folder + "31cc4fb663c8d34e2e6a0bd5f183d576c2811ee286e0998b4c2965e3b35a0d86"))!;
        var one = manifest["layers"]![0]!;
        var annotations = Annotations(one);
        var bundle = SigstoreBundle.ReadEnvelope(TestDocuments.ReadShared(Folder + one["digest"]!.GetValue<string>()[7..]), annotations);

        var result = new BundleVerifier(TrustedRoot.PublicGood).Verify(
            bundle,
            Artifact.OfDigest("sha256:e0a0a765d690a5104331cfbac88ebbbf01736c1f87aaa3cd455c516a5ea586a5"),
            new KeylessPolicy(
                NamePattern.Matching(identity), NamePattern.Exactly("https://token.actions.githubusercontent.com")));

        result.Reason.ShouldBe(reason, result.Message);
        result.Claims?.SourceRepositoryUri.ShouldBe("https://github.com/slsa-framework/example-package");
    }
}
