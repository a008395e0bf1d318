using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Host.Tests.Cli.VerifyBundle;

/// <summary>Cases of our own, made in memory by an instance of Sigstore: what the suite has too, for those who do not have it, and what it lacks.</summary>
internal sealed class OwnCases
{
    private const string Version01 = "application/vnd.dev.sigstore.bundle+json;version=0.1";
    private const string Version02 = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    private static readonly string[] KeyKinds = ["P-256", "P-384", "P-521", "RSA", "RSA-PSS", "Ed25519"];

    private readonly TestInstance _instance = new();
    private readonly TestInstance _other = new();

    public IReadOnlyList<ConformanceCase> All() => [.. Keys(), .. Keyless(), .. Certificates(), .. Logs(), .. Timestamps(), .. Contents()];

    private IEnumerable<ConformanceCase> Keys()
    {
        foreach (var kind in KeyKinds)
        {
            var key = TestKey.Of(kind);
            yield return Case($"key-{kind.ToLowerInvariant()}", new Recipe { Key = key }) with
            {
                Key = key.Pem,
                IsOverSha256 = kind is not ("P-384" or "P-521" or "Ed25519"),
            };
        }

        var own = TestKey.Ecdsa();
        yield return Case("key-another_fail", new Recipe { Key = own }) with { Key = TestKey.Ecdsa().Pem };
        yield return Case("key-without-log-entry_fail", new Recipe { Key = own, Entry = "" }) with { Key = own.Pem };
        yield return Case("key-for-a-certificate_fail", new Recipe()) with { Key = own.Pem };
        yield return Case("identity-for-a-key_fail", new Recipe { Key = own });
        var weak = TestKey.Of("RSA of 1024 bits");
        yield return Case("key-too-short_fail", new Recipe { Key = weak }) with { Key = weak.Pem };
    }

    private IEnumerable<ConformanceCase> Keyless()
    {
        yield return Case("keyless-v0.1", new Recipe { MediaType = Version01 });
        yield return Case("keyless-v0.2", new Recipe { MediaType = Version02 });
        yield return Case("keyless-v0.3", new Recipe());
        yield return Case("keyless-rekor2", new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now });
        foreach (var entry in (string[])["dsse 0.0.1", "dsse 0.0.2", "intoto 0.0.2", "hashedrekord 0.0.2"])
        {
            yield return Case($"statement-{entry.Replace(' ', '-')}", new Recipe
            {
                Entry = entry,
                Statement = TestInstance.Statement(),
                StampedAt = TestInstance.Now,
            });
        }

        yield return Case("identity-another_fail", new Recipe()) with { Identity = TestInstance.Identity + "2" };
        yield return Case("issuer-another_fail", new Recipe()) with { Issuer = "https://an.older/issuer" };
        yield return Case("instance-another_fail", new Recipe()) with { TrustedRoot = Bytes(_other.Root()) };
        yield return Case("instance-not-the-shipped-one_fail", new Recipe()) with { TrustedRoot = null };
    }

    private IEnumerable<ConformanceCase> Certificates()
    {
        yield return Case("certificate-expired-at-log-time_fail", new Recipe { LoggedAt = TestInstance.Now.AddHours(1) });
        yield return Case("certificate-expired-at-timestamp_fail", new Recipe { StampedAt = TestInstance.Now.AddHours(1) });
        yield return Case("certificate-for-servers_fail", new Recipe { Certificate = new CertificateOrder { Usage = "1.3.6.1.5.5.7.3.1" } });
        yield return Case("certificate-without-identity_fail", new Recipe { Certificate = new CertificateOrder { Name = "none" } });
        yield return Case("certificate-log-unknown_fail", new Recipe(), root => root["ctlogs"] = _other.Root()["ctlogs"]!.DeepClone());
        yield return Case("certificate-log-not-asked-for", new Recipe(), root => root.Remove("ctlogs"));
        // GHSA-fx35-mq7g-6g98.
        var key = TestKey.Ecdsa();
        yield return Changed("certificate-is-a-bare-key_fail", new Recipe { StampedAt = TestInstance.Now }, bundle =>
        {
            bundle["verificationMaterial"]!["certificate"] = TestInstance.Raw(key.SubjectPublicKeyInfo);
            bundle["messageSignature"]!["signature"] = TestInstance.Base64(key.Sign(TestInstance.Content));
        });
    }

    private IEnumerable<ConformanceCase> Logs()
    {
        yield return Case("log-entry-missing_fail", new Recipe { Entry = "", StampedAt = TestInstance.Now });
        yield return Case("log-unknown_fail", new Recipe(), root => root["tlogs"] = _other.Root()["tlogs"]!.DeepClone());
        yield return Case("log-none-in-the-root", new Recipe { Entry = "", StampedAt = TestInstance.Now }, root => root.Remove("tlogs"));
        // CVE-2026-22703.
        yield return Changed("log-entry-of-another-signature_fail", new Recipe(), bundle =>
            bundle["verificationMaterial"]!["tlogEntries"] = _instance.Sign(new Recipe())["verificationMaterial"]!["tlogEntries"]!.DeepClone());
        yield return Changed("log-entry-without-proof_fail", new Recipe(), bundle => Entry(bundle).Remove("inclusionProof"));
        yield return Changed("log-proof-of-another-root_fail", new Recipe(), bundle =>
            Entry(bundle)["inclusionProof"]!["rootHash"] = TestInstance.Base64(new byte[32]));
        yield return Changed("log-promise-of-another-time_fail", new Recipe(), bundle =>
            Entry(bundle)["integratedTime"] = $"{TestInstance.Now.AddMinutes(1).ToUnixTimeSeconds()}");
        yield return Changed("log-index-negative_fail", new Recipe(), bundle => Entry(bundle)["logIndex"] = "-1");
    }

    private IEnumerable<ConformanceCase> Timestamps()
    {
        yield return Case("timestamp-missing_fail", new Recipe { Entry = "hashedrekord 0.0.2" });
        yield return Case(
            "timestamp-authority-unknown_fail", new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now },
            root => root["timestampAuthorities"] = _other.Root()["timestampAuthorities"]!.DeepClone());
        yield return Changed("timestamp-of-other-bytes_fail", new Recipe { Entry = "hashedrekord 0.0.2" }, bundle =>
            bundle["verificationMaterial"]!["timestampVerificationData"] =
                TestInstance.Stamps(_instance.Timestamps.Stamp(TestInstance.Content, TestInstance.Now)));
    }

    private IEnumerable<ConformanceCase> Contents()
    {
        yield return Case("artifact-another_fail", new Recipe()) with { Artifact = "another\n"u8.ToArray() };
        yield return Case("statement-about-another-artifact_fail", Statement(TestInstance.Statement(digest: new string('0', 64))));
        yield return Case("statement-of-another-media-type_fail", Statement(TestInstance.Statement()) with { PayloadType = "text/plain" });
        // CVE-2026-39395.
        yield return Case("statement-unreadable_fail", Statement("{\"_type\":"));
        yield return Changed("signature-over-other-bytes_fail", new Recipe(), bundle =>
            bundle["messageSignature"]!["signature"] = TestInstance.Base64(TestKey.Ecdsa().Sign(TestInstance.Content)));
        yield return Changed("bundle-of-version-0.4_fail", new Recipe(), bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json");
        yield return Changed("bundle-with-an-unknown-field_fail", new Recipe(), bundle => bundle["signature"] = "AAAA");
        yield return Case("bundle-not-json_fail", new Recipe()) with { Bundle = "not JSON"u8.ToArray() };
    }

    private static Recipe Statement(string text) => new() { Entry = "dsse 0.0.1", Statement = text };

    private ConformanceCase Case(string name, Recipe recipe, Action<JsonObject>? changeRoot = null)
    {
        var root = _instance.Root();
        changeRoot?.Invoke(root);
        return Case(name, _instance.Sign(recipe), root);
    }

    private ConformanceCase Changed(string name, Recipe recipe, Action<JsonObject> change)
    {
        var bundle = _instance.Sign(recipe);
        change(bundle);
        return Case(name, bundle, _instance.Root());
    }

    private static ConformanceCase Case(string name, JsonObject bundle, JsonObject root) => new(name)
    {
        Bundle = Bytes(bundle),
        Artifact = TestInstance.Content,
        TrustedRoot = Bytes(root),
    };

    private static JsonObject Entry(JsonObject bundle) => bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
