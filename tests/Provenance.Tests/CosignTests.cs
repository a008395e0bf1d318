using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Attachments;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Provenance.Tests;

/// <summary>All that real cosign 2.5 and 3.1 write, as registries with and without the Referrers API keep it.</summary>
public sealed class CosignTests
{
    public static TheoryData<string, string, string> Ways
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            string[] signed = ["sign2-legacy", "sign2-oci11", "sign3", "sign3-legacy", "sign3-oci11"];
            string[] slsa02 = ["att2-slsa02", "att2-bundle-slsa02", "att3-slsa02"];
            string[] slsa1 = ["att2-slsa1", "att2-bundle-slsa1", "att3-slsa1", "att3-slsa1-legacy"];
            foreach (var registry in (string[])["no-referrers-api", "referrers-api-full"])
            {
                foreach (var way in signed) data.Add(registry, way, "");
                foreach (var way in slsa02) data.Add(registry, way, "https://slsa.dev/provenance/v0.2");
                foreach (var way in slsa1) data.Add(registry, way, "https://slsa.dev/provenance/v1");
            }

            return data;
        }
    }

    [SharedDataTheory]
    [MemberData(nameof(Ways))]
    public async Task Scan_WhatCosignWrote_IsVerifiedByItsKeyAndByNoOther(string registry, string way, string predicateType)
    {
        await using var sandbox = await ScanSandbox.StartAsync(referrersApi: registry != "no-referrers-api");
        var recorded = new RecordedRepository($"cosign/{registry}/{way}");
        recorded.AddTo(sandbox.Registry, ScanSandbox.Repository);
        var key = Encoding.UTF8.GetString(TestDocuments.ReadShared("cosign/cosign.pub"));

        var right = await sandbox.ScanAsync(Request(sandbox, recorded.Image, ScanSandbox.Policy(TestKey.Ecdsa().Pem, key)));
        sandbox.Reports.Report = null;
        var wrong = await sandbox.ScanAsync(Request(sandbox, recorded.Image, ScanSandbox.Policy(TestKey.Ecdsa().Pem)));
        sandbox.Reports.Report = null;
        var without = await sandbox.ScanAsync(Request(sandbox, recorded.Image, policy: null));

        var attestation = right.Attestations.ShouldHaveSingleItem();
        attestation.Reason.ShouldBeNull(attestation.Message);
        attestation.Subject.ShouldBe(recorded.Image);
        right.Provenance.IsSignatureVerified.ShouldBeTrue();
        right.Signatures.ShouldBe(new SignatureCounts(1, 1));
        wrong.Provenance.IsSignatureVerified.ShouldBeFalse();
        wrong.Verification!.Reason.ShouldBe("SignatureInvalid");
        without.Verification!.Reason.ShouldBe("NoPolicy");
        without.Signatures.ShouldBe(new SignatureCounts(1, 0));
        if (predicateType.Length == 0)
        {
            attestation.Type.ShouldBe("signature");
            right.Provenance.ShouldBe(new BuildProvenance { SlsaLevel = 0, IsSignatureVerified = true });
            return;
        }

        attestation.Type.ShouldBe("provenance");
        attestation.PredicateType.ShouldBe(predicateType);
        right.Provenance.ShouldBe(new BuildProvenance
        {
            Builder = "https://example.test/builders/ci@v1",
            BuildType = "https://example.test/buildtypes/pipeline@v1",
            SourceRepository = "https://git.example.test/team/app",
            SourceCommit = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334",
            SlsaLevel = 2,
            ClaimedSlsaLevel = 2,
            IsSignatureVerified = true,
            IsProvenanceVerified = true,
        });
        wrong.Provenance.SlsaLevel.ShouldBe(1);
        without.Provenance.SlsaLevel.ShouldBe(1);
    }

    private static ImageScanRequest Request(ScanSandbox sandbox, Digest image, VerificationPolicy? policy)
    {
        var request = sandbox.Request(policy);
        return request with
        {
            Digest = image,
            Platforms = [new PlatformManifest(request.Platform, image)],
            Attachments = new RegistryAttachments(request.Client, image),
        };
    }
}
