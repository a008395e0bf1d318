using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Verification;

public class KeyTests
{
    private readonly TestInstance _instance = new();

    [Theory]
    [InlineData("P-256", true, true)]
    [InlineData("P-384", true, false)]
    [InlineData("P-384 with SHA-256", true, true)]
    [InlineData("P-521", true, false)]
    [InlineData("P-521 with SHA-256", true, true)]
    [InlineData("RSA", true, true)]
    [InlineData("RSA-PSS", true, true)]
    [InlineData("Ed25519", true, false)]
    [InlineData("Ed25519ph", true, false)]
    public void Verify_EveryKindOfKey_SignsAnArtifact(string kind, bool byBytes, bool byDigest)
    {
        var key = TestKey.Of(kind);
        var bundle = Bundle(_instance.Sign(new Recipe { Key = key, Entry = "" }));
        var verifier = new BundleVerifier(root: null);

        var result = verifier.Verify(bundle, Artifact.OfBytes(TestInstance.Content), Policy(key));

        result.Verified.ShouldBe(byBytes, result.Message);
        result.Method.ShouldBe(VerificationMethod.Key);
        result.KeyFingerprint.ShouldBe(Convert.ToHexStringLower(key.Id));
        verifier.Verify(bundle, Artifact.OfDigest(TestInstance.Digest), Policy(key)).Verified.ShouldBe(byDigest);
        verifier.Verify(bundle, Artifact.OfBytes(TestInstance.Content), Policy(TestKey.Of(kind))).Reason.ShouldBe(VerificationReasons.SignatureInvalid);
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    [InlineData("P-521 with SHA-256")]
    [InlineData("RSA")]
    [InlineData("RSA-PSS")]
    [InlineData("Ed25519")]
    public void Verify_EveryKindOfKey_SignsAnEnvelope(string kind)
    {
        var key = TestKey.Of(kind);
        var bundle = Bundle(_instance.Sign(new Recipe { Key = key, Entry = "", Statement = TestInstance.Statement() }));

        var result = new BundleVerifier(root: null).Verify(bundle, Artifact.OfDigest(TestInstance.Digest), Policy(key));

        result.Verified.ShouldBeTrue(result.Message);
        Encoding.UTF8.GetString(result.Payload!.Bytes.Span).ShouldBe(TestInstance.Statement());
    }

    [Theory]
    [InlineData("hashedrekord 0.0.1", null)]
    [InlineData("hashedrekord 0.0.2", null)]
    [InlineData("", VerificationReasons.LogEntryMissing)]
    public void Verify_RootWithLogs_WantsAnEntryUnlessThePolicyDoesNot(string entry, string? reason)
    {
        var key = TestKey.Ecdsa();
        var bundle = _instance.Sign(new Recipe { Key = key, Entry = entry });

        _instance.Verify(bundle, Policy(key) with { RequiresLogEntry = true }).Reason.ShouldBe(reason);
        _instance.Verify(bundle, Policy(key)).Verified.ShouldBeTrue();
    }

    [Fact]
    public void Verify_EntryByAnotherKey_IsRefusedEvenWhereNoneIsNeeded()
    {
        var key = TestKey.Ecdsa();
        var bundle = _instance.Sign(new Recipe { Key = key });
        var other = _instance.Sign(new Recipe { Key = TestKey.Ecdsa() });
        bundle["verificationMaterial"]!["tlogEntries"] = other["verificationMaterial"]!["tlogEntries"]!.DeepClone();

        _instance.Verify(bundle, Policy(key)).Reason.ShouldBe(VerificationReasons.LogEntryMismatch);
    }

    [Fact]
    public void Verify_CertificateWhereAKeyIsNamed_IsRefused() =>
        _instance.Verify(_instance.Sign(new Recipe()), Policy(TestKey.Ecdsa())).Reason.ShouldBe(VerificationReasons.KeyExpected);

    [Fact]
    public void Verify_KeyWhereAnIdentityIsNamed_IsRefused() =>
        _instance.Verify(_instance.Sign(new Recipe { Key = TestKey.Ecdsa() })).Reason.ShouldBe(VerificationReasons.CertificateMissing);

    [Theory]
    [InlineData("cosign container image signature", null, null)]
    [InlineData("atomic container signature", null, null)]
    [InlineData("a letter", null, VerificationReasons.InvalidStatement)]
    [InlineData(
        "cosign container image signature", "sha256:0000000000000000000000000000000000000000000000000000000000000000", VerificationReasons.ArtifactMismatch)]
    [InlineData("cosign container image signature", "latest", VerificationReasons.InvalidStatement)]
    public void Verify_SimpleSigning_IsForTheImageThatItNames(string type, string? digest, string? reason)
    {
        var key = TestKey.Ecdsa();
        var payload = SimpleSigning(type, digest ?? TestInstance.Digest);
        var bundle = SigstoreBundle.ReadSimpleSigning(payload, new CosignAnnotations(TestInstance.Base64(key.Sign(payload))));

        var result = new BundleVerifier(root: null).Verify(bundle, Artifact.OfDigest(TestInstance.Digest), Policy(key));

        result.Reason.ShouldBe(reason);
        result.Payload.ShouldBeNull();
    }

    [Fact]
    public void Verify_SimpleSigningWithCertificateAndPromise_IsKeyless()
    {
        var payload = SimpleSigning("cosign container image signature", TestInstance.Digest);
        var annotations = KeylessAnnotations(payload, payload);

        Verify(annotations).Verified.ShouldBeTrue(Verify(annotations).Message);
        Verify(annotations with { Bundle = null }).Reason.ShouldBe(VerificationReasons.LogEntryMissing);
        Verify(annotations with { Bundle = "{}" }).Reason.ShouldBe(VerificationReasons.InvalidBundle);
        Verify(annotations with { Certificate = "no certificate" }).Reason.ShouldBe(VerificationReasons.InvalidBundle);
        Verify(KeylessAnnotations(payload, [1, 2, 3])).Reason.ShouldBe(VerificationReasons.LogEntryMismatch);

        VerificationResult Verify(CosignAnnotations read) => new BundleVerifier(TestInstance.Read(_instance.Root()))
            .Verify(SigstoreBundle.ReadSimpleSigning(payload, read), Artifact.OfDigest(TestInstance.Digest), TestInstance.Policy);
    }

    [Fact]
    public void Verify_EnvelopeOutsideOfABundle_MayHaveSeveralSignatures()
    {
        var (key, other) = (TestKey.Ecdsa(), TestKey.Ecdsa());
        var payload = Encoding.UTF8.GetBytes(TestInstance.Statement());
        var signed = PreAuthenticationEncoding.Of("application/vnd.in-toto+json", payload);
        var envelope = TestInstance.Envelope("application/vnd.in-toto+json", payload, other.Sign(signed), key.Sign(signed));
        var bundle = SigstoreBundle.ReadEnvelope(Encoding.UTF8.GetBytes(envelope.ToJsonString()));
        var verifier = new BundleVerifier(root: null);

        verifier.Verify(bundle, Artifact.OfDigest(TestInstance.Digest), Policy(key)).Verified.ShouldBeTrue();
        verifier.Verify(bundle, Artifact.OfDigest(TestInstance.Digest), Policy(TestKey.Ecdsa())).Reason.ShouldBe(VerificationReasons.SignatureInvalid);
    }

    /// <summary>A damaged annotation or document never throws, and is never verified as something else.</summary>
    [Fact]
    public void Verify_LegacyFormWithADamagedByte_IsRefusedOrMeansTheSame()
    {
        var verifier = new BundleVerifier(TestInstance.Read(_instance.Root()));
        var artifact = Artifact.OfDigest(TestInstance.Digest);
        var payload = SimpleSigning("cosign container image signature", TestInstance.Digest);
        var whole = KeylessAnnotations(payload, payload);
        string Damage(string text, int place) => text[..place] + (char)(text[place] ^ (1 << (place % 6))) + text[(place + 1)..];
        for (var place = 0; place < whole.Bundle!.Length; place += 11)
        {
            var damaged = new[]
            {
                (payload, whole with { Bundle = Damage(whole.Bundle, place) }),
                (payload, whole with { Certificate = Damage(whole.Certificate!, place % whole.Certificate!.Length) }),
                (payload, whole with { Signature = Damage(whole.Signature!, place % whole.Signature!.Length) }),
                (Encoding.UTF8.GetBytes(Damage(Encoding.UTF8.GetString(payload), place % payload.Length)), whole),
            };
            foreach (var (document, annotations) in damaged)
            {
                var result = verifier.Verify(SigstoreBundle.ReadSimpleSigning(document, annotations), artifact, TestInstance.Policy);
                if (!result.Verified) continue;
                document.ShouldBe(payload);
                result.Identity.ShouldBe(TestInstance.Identity);
                result.Times.ShouldHaveSingleItem().Time.ShouldBe(TestInstance.Now);
            }
        }
    }

    private static KeyPolicy Policy(TestKey key) => new(VerificationKey.ReadPem(key.Pem), RequiresLogEntry: false);

    private static SigstoreBundle Bundle(JsonNode bundle) => SigstoreBundle.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString()));

    private static byte[] SimpleSigning(string type, string digest) => Encoding.UTF8.GetBytes(
        $$$"""{"critical":{"identity":{"docker-reference":"r/app"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"{{{type}}}"},"optional":null}""");

    private CosignAnnotations KeylessAnnotations(byte[] payload, byte[] logged)
    {
        var key = TestKey.Ecdsa();
        var order = new CertificateOrder { Timestamps = (body, issuer) => _instance.CertificateLog.Promise(body, issuer, []) };
        var certificate = System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", _instance.Authority.Issue(key.Algorithm!, order));
        var signature = key.Sign(payload);
        var pem = TestInstance.Base64(Encoding.ASCII.GetBytes(certificate));
        var spec = EntrySpecs.Of("hashedrekord 0.0.1", logged, payload: null, signature, pem, certificate: null, []);
        var entry = _instance.Rekor1.Add("hashedrekord", "0.0.1", spec, TestInstance.Now);
        var bundle = new JsonObject
        {
            ["SignedEntryTimestamp"] = entry["inclusionPromise"]!["signedEntryTimestamp"]!.DeepClone(),
            ["Payload"] = new JsonObject
            {
                ["body"] = entry["canonicalizedBody"]!.DeepClone(),
                ["integratedTime"] = TestInstance.Now.ToUnixTimeSeconds(),
                ["logIndex"] = long.Parse(entry["logIndex"]!.GetValue<string>()),
                ["logID"] = Convert.ToHexStringLower(_instance.Rekor1.Key.Id),
            },
        };
        return new CosignAnnotations(TestInstance.Base64(signature), certificate, bundle.ToJsonString());
    }
}
