using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Provenance.Tests;

/// <summary>An image that GitHub built, with keyless provenance of slsa-github-generator and BuildKit's own, verified long after it was signed.</summary>
public sealed class GitHubTests
{
    public static TheoryData<string, string?> Policies => new()
    {
        { GitHubImage.Workflow, null },
        { "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.9.0", "IdentityMismatch" },
    };

    [SharedDataTheory]
    [MemberData(nameof(Policies))]
    public async Task Scan_KeylessProvenance_IsVerifiedAtItsSigningTime(string identity, string? reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var index = GitHubImage.AddTo(sandbox.Registry, ScanSandbox.Repository, "2.0.0");
        var request = sandbox.Request(
            new VerificationPolicy
            {
                Keyless = [new KeylessIdentity { Issuer = GitHubImage.Issuer, Identity = identity }],
                Expectations = new ProvenanceExpectations
                {
                    Builders = [GitHubImage.Workflow],
                    SourceRepositories = ["git+https://github.com/slsa-framework/example-package.git@refs/heads/main"],
                    MinimumSlsaLevel = 3,
                },
            },
            index);

        var result = await sandbox.ScanAsync(request);

        var attestation = result.Attestations.First(one => one.Source == AttachmentSource.CosignTag);
        attestation.Reason.ShouldBe(reason, attestation.Message);
        attestation.Subject.ShouldBe(GitHubImage.Index);
        result.Provenance.SourceRepository.ShouldBe(GitHubImage.SourceRepository);
        result.Provenance.Builder.ShouldBe(GitHubImage.Workflow);
        result.Provenance.ClaimedSlsaLevel.ShouldBe(3);
        result.Provenance.SlsaLevel.ShouldBe(reason is null ? 3 : 1);
        result.Provenance.IsSignatureVerified.ShouldBe(reason is null);
        result.Expectations!.AreMet.ShouldBe(reason is null);
        if (reason is not null) return;
        result.Provenance.SourceCommit!.Length.ShouldBe(40);
        result.Verification!.Method.ShouldBe("keyless");
        result.Verification.Identity.ShouldBe(GitHubImage.Workflow);
        result.Verification.LoggedAt!.Value.Year.ShouldBe(2024);
    }
}
