using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Provenance.Tests;

/// <summary>An image that GitHub built, with keyless provenance of slsa-github-generator and BuildKit's own, verified long after it was signed.</summary>
public sealed class GitHubTests
{
    private const string Folder = "slsa-github/v1.10.0/container_workflow_dispatch/blobs/sha256";
    private const string Workflow =
        "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.10.0";

    private static readonly Digest Index = Digest.Parse("sha256:e0a0a765d690a5104331cfbac88ebbbf01736c1f87aaa3cd455c516a5ea586a5");
    private static readonly Digest Attestations = Digest.Parse("sha256:31cc4fb663c8d34e2e6a0bd5f183d576c2811ee286e0998b4c2965e3b35a0d86");

    public static TheoryData<string, string?> Policies => new()
    {
        { Workflow, null },
        { "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.9.0", "IdentityMismatch" },
    };

    [SharedDataTheory]
    [MemberData(nameof(Policies))]
    public async Task Scan_KeylessProvenance_IsVerifiedAtItsSigningTime(string identity, string? reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var index = sandbox.Add("2.0.0", Load(Index));
        sandbox.Add(Signed.Tag(index, ".att"), Load(Attestations));
        var request = sandbox.Request(
            new VerificationPolicy
            {
                Keyless = [new KeylessIdentity { Issuer = "https://token.actions.githubusercontent.com", Identity = identity }],
                Expectations = new ProvenanceExpectations
                {
                    Builders = [Workflow],
                    SourceRepositories = ["git+https://github.com/slsa-framework/example-package.git@refs/heads/main"],
                    MinimumSlsaLevel = 3,
                },
            },
            index);

        var result = await sandbox.ScanAsync(request);

        var attestation = result.Attestations.First(one => one.Source == AttachmentSource.CosignTag);
        attestation.Reason.ShouldBe(reason, attestation.Message);
        attestation.Subject.ShouldBe(Index);
        result.Provenance.SourceRepository.ShouldBe("https://github.com/slsa-framework/example-package");
        result.Provenance.Builder.ShouldBe(Workflow);
        result.Provenance.ClaimedSlsaLevel.ShouldBe(3);
        result.Provenance.SlsaLevel.ShouldBe(reason is null ? 3 : 1);
        result.Provenance.IsSignatureVerified.ShouldBe(reason is null);
        result.Expectations!.AreMet.ShouldBe(reason is null);
        if (reason is not null) return;
        result.Provenance.SourceCommit!.Length.ShouldBe(40);
        result.Verification!.Method.ShouldBe("keyless");
        result.Verification.Identity.ShouldBe(Workflow);
        result.Verification.LoggedAt!.Value.Year.ShouldBe(2024);
    }

    private static TestManifest Load(Digest digest)
    {
        var content = Read(digest);
        var manifest = new Manifest { MediaType = MediaTypes.OciIndex, Digest = digest, Content = content };
        if (manifest.ReadIndex().Manifests is { Count: > 0 } entries)
            return new TestManifest(MediaTypes.OciIndex, content, manifests: [.. entries.Select(entry => Load(entry.Digest))]);
        var layers = manifest.ReadImageManifest().Layers!.Where(layer => TestDocuments.TryReadShared($"{Folder}/{layer.Digest.Encoded}") is not null);
        return new TestManifest(MediaTypes.OciManifest, content, [.. layers.Select(layer => new TestBlob(layer.MediaType, Read(layer.Digest)))]);
    }

    private static byte[] Read(Digest digest) => TestDocuments.ReadShared($"{Folder}/{digest.Encoded}");
}
