using System.Text;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Plugins.Provenance.Options;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests.Trust;

/// <summary>Keys and identities of a resource, from its spec and from Secrets.</summary>
public sealed class PolicyTests
{
    private const string BuildSigner = "https://forge.test/team/builder@v1";

    private static readonly SecretKeyReference Secret = new() { Name = "trust", Key = "value" };
    private static readonly TestKey Key = TestKey.Ecdsa();

    public static TheoryData<string, string, string> BadKeys => new()
    {
        { "nonsense", "InvalidKey", "spec.provenanceTracking.verification.keys[1].secretRef (key 'value' of Secret 'trust'): The key is no PEM public key" },
        { "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "InvalidKey", "spec.provenanceTracking.verification.keys[1].secretRef" },
        { "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n", "InvalidKey", "give the public key" },
        { Key.Pem + "\nnonsense\n" + Key.Pem, "InvalidKey", "Something stands before, between or after the keys, at number 2" },
        { "\ud800", "InvalidKey", "spec.provenanceTracking.verification.keys[1].secretRef" },
    };

    [Fact]
    public async Task Scan_KeyInASecret_Verifies()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(sandbox.Request(SecretKey(), secrets: Secrets(Key.Pem)));

        result.Provenance.IsSignatureVerified.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_SeveralKeysInOneDocument_AnyOfThemVerifies()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(TestKey.Ecdsa().Pem + "\n" + Key.Pem));

        result.Provenance.IsSignatureVerified.ShouldBeTrue();
        result.Attestations.ShouldHaveSingleItem().PolicyEntry.ShouldBe("spec.provenanceTracking.verification.keys[0]");
    }

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task Scan_SecretWithoutAKey_IsToldByItsField(string content, string reason, string message)
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var failure = await Should.ThrowAsync<ScanException>(() => sandbox.ScanAsync(sandbox.Request(SecretKey(), secrets: Secrets(content))));

        failure.Reason.ShouldBe(reason);
        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain("aHVudGVyMg");
        sandbox.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_NoSuchSecret_IsToldByItsField()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var failure = await Should.ThrowAsync<ScanException>(() => sandbox.ScanAsync(sandbox.Request(SecretKey())));

        failure.Reason.ShouldBe("InvalidSecret");
        failure.Message.ShouldStartWith("spec.provenanceTracking.verification.keys[1].secretRef: there is no key 'value' of Secret 'trust'.");
    }

    [Fact]
    public async Task Scan_InvalidPem_IsToldByItsField()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var failure = await Should.ThrowAsync<ScanException>(() => sandbox.ScanAsync(ScanSandbox.Policy("-----BEGIN PUBLIC KEY-----")));

        failure.Reason.ShouldBe("InvalidKey");
        failure.Message.ShouldStartWith("spec.provenanceTracking.verification.keys[0].pem: ");
    }

    [Fact]
    public async Task Scan_TrustedRootThatIsNone_IsToldByItsField()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var failure = await Should.ThrowAsync<ScanException>(() => sandbox.ScanAsync(sandbox.Request(Keyless(), secrets: Secrets("{}"))));

        failure.Reason.ShouldBe("InvalidSecret");
        failure.Message.ShouldStartWith("spec.provenanceTracking.verification.keyless[0].trustedRoot.secretRef (key 'value' of Secret 'trust'): ");
    }

    [Theory]
    [InlineData(TestInstance.Identity, null, null, 2)]
    [InlineData(TestInstance.Identity, null, BuildSigner, 3)]
    [InlineData(TestInstance.Identity, null, "https://forge.test/team/*", 3)]
    [InlineData("https://forge.test/other", "IdentityMismatch", BuildSigner, 1)]
    public async Task Scan_KeylessOfAnotherInstance_IsVerifiedByItsRoot(string identity, string? reason, string? builder, int level)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        if (builder is not null) sandbox.Options = new ProvenanceOptions { TrustedBuilders = [builder] };
        var instance = new TestInstance();
        Attach(sandbox, instance, Signed.Provenance(sandbox.Image, commit: "1a2b"));

        var result = await sandbox.ScanAsync(sandbox.Request(Keyless(identity), secrets: Secrets(instance.Root().ToJsonString())));

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe(reason);
        result.Provenance.SlsaLevel.ShouldBe(level);
        if (reason is not null) return;
        result.Provenance.Builder.ShouldBe(BuildSigner);
        result.Provenance.SourceCommit.ShouldBe("1a2b");
        result.Verification!.Identity.ShouldBe(TestInstance.Identity);
        result.Verification.Issuer.ShouldBe(TestInstance.Issuer);
        result.Verification.LoggedAt.ShouldBe(TestInstance.Now);
    }

    /// <summary>The certificate need not tell the sort of runner; GitHub's builder does, at its end.</summary>
    [Theory]
    [InlineData("https://forge.test/actions/runner/github-hosted", 3, 3)]
    [InlineData("https://forge.test/actions/runner/self-hosted", 1, 1)]
    public async Task Scan_BuilderThatIsSelfHosted_KeepsTheLevelAtOne(string builder, int level, int claimed)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Options = new ProvenanceOptions { TrustedBuilders = [BuildSigner] };
        var instance = new TestInstance();
        Attach(sandbox, instance, Signed.Provenance(sandbox.Image, builder: builder, commit: "1a2b"));

        var result = await sandbox.ScanAsync(sandbox.Request(Keyless(), secrets: Secrets(instance.Root().ToJsonString())));

        (result.Provenance.IsProvenanceVerified, result.Provenance.SlsaLevel, result.Provenance.ClaimedSlsaLevel).ShouldBe((true, level, claimed));
    }

    [Theory]
    [InlineData(
        "https://forge.test/team/another", "1a2b",
        "The statement names the source https://forge.test/team/another, and the certificate https://forge.test/team/app.")]
    [InlineData(Signed.Repository, Signed.Commit, $"The statement names the commit {Signed.Commit}, and the certificate 1a2b.")]
    public async Task Scan_StatementThatContradictsTheCertificate_IsAMismatchAndProvesNothing(string repository, string commit, string message)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var instance = new TestInstance();
        Attach(sandbox, instance, Signed.Provenance(sandbox.Image, repository: repository, commit: commit));

        var result = await sandbox.ScanAsync(sandbox.Request(Keyless(), secrets: Secrets(instance.Root().ToJsonString())));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Reason.ShouldBe("Mismatch");
        attestation.Message.ShouldBe(message);
        result.Provenance.ShouldBe(new BuildProvenance { SlsaLevel = 0 });
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1", "hashedrekord 0.0.1")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2", "intoto 0.0.2")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3", "dsse 0.0.1")]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "dsse 0.0.2")]
    public async Task Scan_BundleOfEachVersion_IsVerified(string mediaType, string entry)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var instance = new TestInstance();
        var recipe = new Recipe
        {
            MediaType = mediaType,
            Entry = entry,
            Statement = Signed.Provenance(sandbox.Image, commit: "1a2b"),
            StampedAt = TestInstance.Now,
        };
        sandbox.Attach(mediaType, instance.Sign(recipe).ToJsonString());

        var result = await sandbox.ScanAsync(sandbox.Request(Keyless(), secrets: Secrets(instance.Root().ToJsonString())));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.IsVerified.ShouldBeTrue(attestation.Message);
        result.Provenance.SlsaLevel.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "SignatureInvalid")]
    public async Task Scan_BundleWithASignatureOverTheManifest_IsASignature(bool isOfAnother, string? reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var content = isOfAnother ? "another"u8.ToArray() : sandbox.Image.Content.ToArray();
        sandbox.Attach(Signed.BundleType, $$$"""
            {"mediaType":"{{{Signed.BundleType}}}","verificationMaterial":{"publicKey":{"hint":"a"}},
            "messageSignature":{"signature":"{{{TestInstance.Base64(Key.Sign(content))}}}"} }
            """);

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Type.ShouldBe("signature");
        attestation.Reason.ShouldBe(reason, attestation.Message);
        result.Provenance.IsSignatureVerified.ShouldBe(reason is null);
    }

    [Fact]
    public async Task Scan_SignedByACertificateAndPolicyOfAKey_SaysWhatIsMissing()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var instance = new TestInstance();
        Attach(sandbox, instance, Signed.Provenance(sandbox.Image));

        (await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem))).Verification!.Reason.ShouldBe("KeyExpected");

        // Of both sorts, the reason of the sort that fits is told.
        var both = Keyless("https://forge.test/other") with { Keys = [new VerificationKey { Pem = Key.Pem }] };
        var result = await sandbox.ScanAsync(sandbox.Request(both, secrets: Secrets(instance.Root().ToJsonString())));
        result.Verification!.Reason.ShouldBe("IdentityMismatch");
    }

    [Theory]
    [InlineData(false, "comes with the operator was used; spec.provenanceTracking.verification.keyless[0].trustedRoot.secretRef names another.")]
    [InlineData(true, "It is that of spec.provenanceTracking.verification.keyless[0].trustedRoot.secretRef (key 'value' of Secret 'trust').")]
    public async Task Scan_InstanceThatTheRootDoesNotKnow_IsToldFromABadSignature(bool hasSecret, string origin)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var (instance, another) = (new TestInstance(), new TestInstance());
        Attach(sandbox, instance, Signed.Provenance(sandbox.Image));
        var policy = hasSecret
            ? Keyless()
            : new VerificationPolicy { Keyless = [new KeylessIdentity { Issuer = TestInstance.Issuer, Identity = TestInstance.Identity }] };

        var result = await sandbox.ScanAsync(sandbox.Request(policy, secrets: Secrets(another.Root().ToJsonString())));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        (attestation.Reason, attestation.IsVerified).ShouldBe(("TrustedRootOutdated", false));
        attestation.PolicyEntry.ShouldBe("spec.provenanceTracking.verification.keyless[0]");
        result.Verification!.Reason.ShouldBe("TrustedRootOutdated");
        result.Verification.Message.ShouldBe(attestation.Message);
        // Which log, the date of the root, and what to do.
        attestation.Message.ShouldNotBeNull().ShouldContain(" is not in the trusted root of 20");
        attestation.Message.ShouldContain("give the instance's current trusted_root.json");
        attestation.Message.ShouldEndWith(origin);
    }

    [Fact]
    public async Task Scan_DamagedSignatureOfAKnownInstance_IsNoMatterOfTheRoot()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var instance = new TestInstance();
        var bundle = instance.Sign(new Recipe { Statement = Signed.Provenance(sandbox.Image), Entry = "dsse 0.0.1" });
        bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = TestInstance.Base64(Key.Sign("another"u8.ToArray()));
        sandbox.Attach(Signed.BundleType, bundle.ToJsonString());

        var result = await sandbox.ScanAsync(sandbox.Request(Keyless(), secrets: Secrets(instance.Root().ToJsonString())));

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("SignatureInvalid");
    }

    [Theory]
    [InlineData(true, "keys[1]")]
    [InlineData(false, "keys[0]")]
    public async Task Scan_SeveralEntries_SaysWhichOneDecided(bool isVerified, string entry)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(sandbox.Request(SecretKey(), secrets: Secrets(isVerified ? Key.Pem : TestKey.Ecdsa().Pem)));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.IsVerified.ShouldBe(isVerified);
        attestation.PolicyEntry.ShouldBe($"spec.provenanceTracking.verification.{entry}");
    }

    private static void Attach(ScanSandbox sandbox, TestInstance instance, string statement) =>
        sandbox.Attach(Signed.BundleType, instance.Sign(new Recipe { Statement = statement, Entry = "dsse 0.0.1" }).ToJsonString());

    private static VerificationPolicy SecretKey() =>
        new() { Keys = [new VerificationKey { Pem = TestKey.Ecdsa().Pem }, new VerificationKey { SecretRef = Secret }] };

    private static VerificationPolicy Keyless(string identity = TestInstance.Identity) => new()
    {
        Keyless = [new KeylessIdentity { Issuer = TestInstance.Issuer, Identity = identity, TrustedRoot = new TrustedRootReference { SecretRef = Secret } }],
    };

    private static ScanSecrets Secrets(string content)
    {
        byte[] bytes = content == "\ud800" ? [0xff, 0xfe] : Encoding.UTF8.GetBytes(content);
        return new ScanSecrets([KeyValuePair.Create(Secret, (ReadOnlyMemory<byte>)bytes)]);
    }
}
