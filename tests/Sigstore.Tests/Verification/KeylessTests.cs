using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Verification;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Verification;

public class KeylessTests
{
    private readonly TestInstance _instance = new();

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1", "hashedrekord 0.0.1", false, false)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2", "hashedrekord 0.0.1", false, true)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3", "hashedrekord 0.0.1", false, false)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "hashedrekord 0.0.1", false, true)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "hashedrekord 0.0.2", false, true)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "hashedrekord 0.0.2", true, true)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "dsse 0.0.1", true, false)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "dsse 0.0.2", true, true)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2", "intoto 0.0.2", true, false)]
    public void Verify_EveryKindOfEntry_IsVerifiedWithWhoAndWhen(string mediaType, string entry, bool hasStatement, bool isStamped)
    {
        var bundle = _instance.Sign(new Recipe
        {
            MediaType = mediaType,
            Entry = entry,
            Statement = hasStatement ? TestInstance.Statement() : null,
            StampedAt = isStamped ? TestInstance.Now : null,
        });

        var result = _instance.Verify(bundle);

        result.Message.ShouldBeNull();
        result.Verified.ShouldBeTrue();
        result.Method.ShouldBe(VerificationMethod.Keyless);
        result.Identity.ShouldBe(TestInstance.Identity);
        result.Issuer.ShouldBe(TestInstance.Issuer);
        result.LogEntries.ShouldHaveSingleItem().LogIndex.ShouldBe(entry is "hashedrekord 0.0.2" or "dsse 0.0.2" ? 5 : 1005);
        result.Times.ShouldNotBeEmpty();
        result.Times.ShouldAllBe(time => time.Time == TestInstance.Now);
        result.Times.Any(time => time is { Source: TimeSource.TimestampAuthority, Uri: "https://tsa.test" }).ShouldBe(isStamped);
        result.Times.Any(time => time is { Source: TimeSource.TransparencyLog, Uri: "https://rekor.test" })
            .ShouldBe(entry is not ("hashedrekord 0.0.2" or "dsse 0.0.2"));
        (result.Payload?.PredicateType).ShouldBe(hasStatement ? TestInstance.Provenance : null);
    }

    [Fact]
    public void Verify_CertificateOfABuild_TellsItsClaims()
    {
        var claims = _instance.Verify(_instance.Sign(new Recipe())).Claims.ShouldNotBeNull();

        claims.Issuer.ShouldBe(TestInstance.Issuer);
        claims.BuildSignerUri.ShouldBe("https://forge.test/team/builder@v1");
        claims.BuildSignerDigest.ShouldBe("0f1e");
        claims.RunnerEnvironment.ShouldBe("forge-hosted");
        claims.SourceRepositoryUri.ShouldBe("https://forge.test/team/app");
        claims.SourceRepositoryDigest.ShouldBe("1a2b");
        claims.SourceRepositoryRef.ShouldBe("refs/heads/main");
        claims.BuildConfigUri.ShouldBe("https://forge.test/team/app/release.yml");
        claims.BuildTrigger.ShouldBe("push");
        claims.RunInvocationUri.ShouldBe("https://forge.test/runs/1");
        claims.SourceRepositoryVisibility.ShouldBe("public");
        claims.SourceRepositoryIdentifier.ShouldBeNull();
    }

    [Theory]
    [InlineData("URI", "https://forge.test/a@b")]
    [InlineData("email", "somebody@example.test")]
    [InlineData("user name", "somebody!forge.test")]
    public void Verify_EveryKindOfIdentity_IsRead(string name, string identity)
    {
        var bundle = _instance.Sign(new Recipe { Certificate = new CertificateOrder { Name = name, Identity = identity } });

        _instance.Verify(bundle, new KeylessPolicy(NamePattern.Exactly(identity), NamePattern.Anything)).Identity.ShouldBe(identity);
    }

    [Theory]
    [InlineData("two")]
    [InlineData("none")]
    public void Verify_CertificateWithoutJustOneIdentity_IsNotTrusted(string name) =>
        _instance.Verify(_instance.Sign(new Recipe { Certificate = new CertificateOrder { Name = name } }))
            .Reason.ShouldBe(VerificationReasons.UntrustedCertificate);

    [Theory]
    [InlineData("https://forge.test/team/app/.forge/release.yml@refs/heads/mai", "https://tokens.forge.test", VerificationReasons.IdentityMismatch)]
    [InlineData("https://forge.test/team/app/.forge/release.yml@refs/heads/main", "https://an.older/issuer", VerificationReasons.IssuerMismatch)]
    public void Verify_SomebodyElse_IsRefused(string identity, string issuer, string reason)
    {
        var result = _instance.Verify(_instance.Sign(new Recipe()), new KeylessPolicy(NamePattern.Exactly(identity), NamePattern.Exactly(issuer)));

        result.Reason.ShouldBe(reason);
        result.Verified.ShouldBeFalse();
        result.Identity.ShouldBeNull();
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-60, true)]
    [InlineData(540, true)]
    [InlineData(541, false)]
    public void Verify_TimeAroundTheCertificate_IsRefusedOutside(int seconds, bool isValid)
    {
        var time = TestInstance.Now.AddSeconds(seconds);
        string? reason = isValid ? null : VerificationReasons.CertificateNotValid;

        _instance.Verify(_instance.Sign(new Recipe { LoggedAt = time })).Reason.ShouldBe(reason);
        _instance.Verify(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = time })).Reason.ShouldBe(reason);
        _instance.Verify(_instance.Sign(new Recipe { StampedAt = time })).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Verify_CertificateForAnotherUse_IsNotTrusted() => _instance
        .Verify(_instance.Sign(new Recipe { Certificate = new CertificateOrder { Usage = "1.3.6.1.5.5.7.3.1" } })).Reason
        .ShouldBe(VerificationReasons.UntrustedCertificate);

    [Fact]
    public void Verify_CertificateThatMayNotSignOrMayIssueOthers_IsNotTrusted()
    {
        var orders = new[]
        {
            new CertificateOrder { KeyUsage = X509KeyUsageFlags.KeyEncipherment },
            new CertificateOrder { IsAuthority = true },
        };

        orders.Select(order => _instance.Verify(_instance.Sign(new Recipe { Certificate = order })).Reason)
            .ShouldAllBe(reason => reason == VerificationReasons.UntrustedCertificate);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, VerificationReasons.CertificateNotValid)]
    public void Verify_TimeAfterAnIssuersEnd_IsRefused(int seconds, string? reason)
    {
        var instance = new TestInstance { Authority = new TestAuthority(end: TestInstance.Now.AddSeconds(seconds)) };

        instance.Verify(instance.Sign(new Recipe())).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Verify_CertificateWithAnUnknownCriticalExtension_IsNotTrusted() => _instance
        .Verify(_instance.Sign(new Recipe { Certificate = new CertificateOrder { HasUnknownCriticalExtension = true } })).Reason
        .ShouldBe(VerificationReasons.UntrustedCertificate);

    [Theory]
    [InlineData("tlogs")]
    [InlineData("certificateAuthorities")]
    [InlineData("ctlogs")]
    public void Verify_BundleOfAnotherInstance_SaysThatTheRootDoesNotKnowIt(string what)
    {
        var root = _instance.Root();
        root[what] = new TestInstance().Root()[what]!.DeepClone();

        var result = _instance.Verify(_instance.Sign(new Recipe()), root: root);

        result.Reason.ShouldBe(VerificationReasons.TrustedRootOutdated);
        result.Message.ShouldNotBeNull().ShouldContain("the trusted root of 2025-01-01");
    }

    [Fact]
    public void Verify_TimestampOfAnUnknownAuthority_IsOutdatedOnlyWithoutAnotherTime()
    {
        var root = _instance.Root();
        root["timestampAuthorities"] = new TestInstance().Root()["timestampAuthorities"]!.DeepClone();

        _instance.Verify(_instance.Sign(new Recipe { StampedAt = TestInstance.Now }), root: root).Verified.ShouldBeTrue();
        _instance.Verify(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now }), root: root).Reason
            .ShouldBe(VerificationReasons.TrustedRootOutdated);
    }

    [Theory]
    [InlineData("tlogs", "hashedrekord 0.0.1", VerificationReasons.LogNotValid)]
    [InlineData("tlogs", "hashedrekord 0.0.2", VerificationReasons.LogNotValid)]
    [InlineData("certificateAuthorities", "hashedrekord 0.0.1", VerificationReasons.CertificateNotValid)]
    [InlineData("ctlogs", "hashedrekord 0.0.1", VerificationReasons.SctInvalid)]
    [InlineData("timestampAuthorities", "hashedrekord 0.0.2", VerificationReasons.TimestampAuthorityNotValid)]
    public void Verify_TimeOutsideOfWhatTheRootTrusts_IsRefusedAndBothEndsBelongToIt(string what, string entry, string reason)
    {
        var bundle = _instance.Sign(new Recipe { Entry = entry, StampedAt = TestInstance.Now });
        VerificationResult Within(string start, string? end)
        {
            var root = _instance.Root();
            foreach (var one in root[what]!.AsArray())
            {
                var validity = (one!["publicKey"] ?? one)["validFor"]!;
                validity["start"] = start;
                if (end is not null) validity["end"] = end;
            }

            return _instance.Verify(bundle, root: root);
        }

        Within("2026-05-01T12:00:00Z", end: null).Verified.ShouldBeTrue();
        Within("2026-05-01T12:00:01Z", end: null).Reason.ShouldBe(reason);
        Within("2025-01-01T00:00:00Z", "2026-05-01T12:00:00Z").Verified.ShouldBeTrue();
        Within("2025-01-01T00:00:00Z", "2026-05-01T11:59:59.999Z").Reason.ShouldBe(reason);
    }

    [Fact]
    public void Verify_RootWithTimestampAuthoritiesAndNoLog_WantsATimestampAlone()
    {
        var root = _instance.Root();
        root["tlogs"] = new JsonArray();
        root["ctlogs"] = new JsonArray();
        var order = new CertificateOrder { Timestamps = (_, _) => [0, 0] };

        _instance.Verify(_instance.Sign(new Recipe { Entry = "", Certificate = order, StampedAt = TestInstance.Now }), root: root).Verified.ShouldBeTrue();
        _instance.Verify(_instance.Sign(new Recipe { Entry = "", Certificate = order }), root: root).Reason.ShouldBe(VerificationReasons.VerifiedTimeMissing);
    }

    [Fact]
    public void Verify_WrongTimestampBesideAVerifiedTime_IsLeftOut()
    {
        var bundle = _instance.Sign(new Recipe());
        bundle["verificationMaterial"]!["timestampVerificationData"] = TestInstance.Stamps(_instance.Timestamps.Stamp([1], TestInstance.Now), [1, 2, 3]);

        _instance.Verify(bundle).Times.ShouldHaveSingleItem().Source.ShouldBe(TimeSource.TransparencyLog);
    }

    [Fact]
    public void Verify_NoLogEntryThoughTheRootHasLogs_IsRefused() => _instance
        .Verify(_instance.Sign(new Recipe { Entry = "", StampedAt = TestInstance.Now })).Reason.ShouldBe(VerificationReasons.LogEntryMissing);

    [Fact]
    public void Verify_EntryOfRekor2WithoutTimestamp_HasNoTime() => _instance
        .Verify(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2" })).Reason.ShouldBe(VerificationReasons.VerifiedTimeMissing);

    [Fact]
    public void Verify_NoTrustedRoot_SaysSo() => new BundleVerifier(root: null)
        .Verify(
            SigstoreBundle.Read(Encode(_instance.Sign(new Recipe()))),
            Artifact.OfDigest(TestInstance.Digest),
            TestInstance.Policy).Reason
        .ShouldBe(VerificationReasons.TrustedRootMissing);

    [Fact]
    public void Verify_AuthorityWithTheSameNameAndAnotherKey_IsNotTheSame()
    {
        var other = new TestInstance();
        var key = TestKey.Ecdsa();
        var forged = other.Authority.Issue(key.Algorithm!, new CertificateOrder());
        var bundle = _instance.Sign(new Recipe());
        bundle["verificationMaterial"]!["certificate"] = TestInstance.Raw(forged);
        bundle["messageSignature"]!["signature"] = TestInstance.Base64(key.Sign(TestInstance.Content));
        var root = _instance.Root();
        root["tlogs"] = new JsonArray();
        var signature = Convert.FromBase64String(bundle["messageSignature"]!["signature"]!.GetValue<string>());
        bundle["verificationMaterial"]!["timestampVerificationData"] = TestInstance.Stamps(_instance.Timestamps.Stamp(signature, TestInstance.Now));

        _instance.Verify(bundle, root: root).Reason.ShouldBe(VerificationReasons.TrustedRootOutdated);
    }

    [Fact]
    public void Verify_OneVerifierForManyThreads_GivesEachItsVerdict()
    {
        var verifier = new BundleVerifier(TestInstance.Read(_instance.Root()));
        var good = Encode(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now }));
        var late = Encode(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now.AddHours(1) }));

        Enumerable.Range(0, 100).AsParallel().WithDegreeOfParallelism(8)
            .Select(number => (IsGood: number % 2 == 0, Bundle: SigstoreBundle.Read(number % 2 == 0 ? good : late)))
            .Select(one => (one.IsGood, verifier.Verify(one.Bundle, Artifact.OfDigest(TestInstance.Digest), TestInstance.Policy).Reason))
            .ShouldAllBe(one => one.Reason == (one.IsGood ? null : VerificationReasons.CertificateNotValid));
    }

    [Theory]
    [InlineData("P-256", null)]
    [InlineData("P-384", null)]
    [InlineData("P-521", null)]
    public void Verify_ArtifactByItsBytes_TakesTheDigestThatTheKeyWants(string kind, string? reason)
    {
        var key = TestKey.Of(kind);
        var bundle = _instance.Sign(new Recipe { Key = key, Entry = "" });

        _instance.Verify(bundle, ByKey(key), artifact: Artifact.OfBytes(TestInstance.Content)).Reason.ShouldBe(reason);
        _instance.Verify(bundle, ByKey(key), artifact: Artifact.OfBytes(new byte[] { 1 })).Reason.ShouldBe(VerificationReasons.ArtifactMismatch);
    }

    private static byte[] Encode(JsonNode bundle) => Encoding.UTF8.GetBytes(bundle.ToJsonString());

    private static KeyPolicy ByKey(TestKey key) => new(VerificationKey.ReadPem(key.Pem), RequiresLogEntry: false);
}
