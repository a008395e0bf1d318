using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

public sealed class ProvenanceScannerTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();

    [Fact]
    public async Task Scan_ProvenanceSignedByTheKey_IsVerified()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.Builder.ShouldBe(Signed.Builder);
        result.Provenance.BuildType.ShouldBe("https://ci.test/types/pipeline@v1");
        result.Provenance.SourceRepository.ShouldBe(Signed.Repository);
        result.Provenance.SourceCommit.ShouldBe(Signed.Commit);
        result.Provenance.SlsaLevel.ShouldBe(2);
        result.Provenance.IsSignatureVerified.ShouldBeTrue();
        result.Verification!.Method.ShouldBe("key");
        result.Verification.Key.ShouldBe($"sha256:{Convert.ToHexStringLower(Key.Id)}");
        result.Signatures.ShouldBe(new(1, 1));
        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Type.ShouldBe("provenance");
        attestation.PredicateType.ShouldBe(Signed.Slsa1);
        attestation.Subject.ShouldBe(sandbox.Image.Digest);
        attestation.Source.ShouldBe(AttachmentSource.ReferrersApi);
        attestation.IsVerified.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_AnotherKey_IsRefusedWithAReason()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.EnvelopeType, Signed.Envelope(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(TestKey.Ecdsa().Pem));

        result.Provenance.Builder.ShouldBe(Signed.Builder);
        result.Provenance.SlsaLevel.ShouldBe(1);
        result.Provenance.ClaimedSlsaLevel.ShouldBe(2);
        result.Provenance.IsSignatureVerified.ShouldBeFalse();
        result.Verification!.Reason.ShouldBe("SignatureInvalid");
        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("SignatureInvalid");
        result.Signatures.ShouldBe(new(1, 0));
    }

    [Fact]
    public async Task Scan_NothingAttached_IsEmptyWithoutAnError()
    {
        await using var sandbox = await ScanSandbox.StartAsync(referrersApi: false);

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.ShouldBe(new() { SlsaLevel = 0 });
        result.Verification.ShouldBeNull();
        result.Attestations.ShouldBeEmpty();
        result.Signatures.ShouldBe(new(0, 0));
    }
}
