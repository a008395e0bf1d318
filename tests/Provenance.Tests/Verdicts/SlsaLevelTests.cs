using RegistryOperator.Plugins.Provenance.Options;
using RegistryOperator.Plugins.Provenance.Verdicts;

namespace RegistryOperator.Provenance.Tests.Verdicts;

public sealed class SlsaLevelTests
{
    private const string GitHub = "https://token.actions.githubusercontent.com";
    private const string Generator = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0";

    private static readonly SlsaLevels Levels = new(new TrustedBuilders(BuiltInBuilders.All));

    [Theory]
    [InlineData(Generator, GitHub, "github-hosted", 3)]
    [InlineData(Generator, GitHub, null, 3)]
    [InlineData(Generator, GitHub + "/acme", "github-hosted", 3)]
    // What another issuer says of GitHub's workflows is only its word.
    [InlineData(Generator, "https://token.actions.githubusercontent.com.evil.test", "github-hosted", 2)]
    [InlineData(Generator, "https://gitlab.com", "github-hosted", 2)]
    // Nobody can tell whose machine it was.
    [InlineData(Generator, GitHub, "self-hosted", 1)]
    // A branch moves.
    [InlineData("https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/heads/main", GitHub, null, 2)]
    [InlineData("https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v", GitHub, null, 2)]
    [InlineData("https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.0.0", GitHub, "github-hosted", 2)]
    public void Earned_ByACertificate_FollowsTheBuilder(string buildSigner, string issuer, string? runner, int level) =>
        Levels.Earned(new Signer(buildSigner, issuer, buildSigner, runner)).ShouldBe(level);

    [Theory]
    [InlineData("somebody@example.test", 1)]
    [InlineData("https://ci.test/pipelines/1", 2)]
    [InlineData(null, 1)]
    public void Earned_CertificateWithoutABuildSigner_FollowsTheIdentity(string? identity, int level) =>
        Levels.Earned(new Signer(identity, "https://ci.test", null, null)).ShouldBe(level);

    [Theory]
    [InlineData("https://ci.test/b", 2)]
    [InlineData("http://ci.test/b", 1)]
    [InlineData("https://localhost/b", 1)]
    [InlineData("https://github.com/actions/runner/self-hosted", 1)]
    [InlineData("my laptop", 1)]
    [InlineData("", 1)]
    [InlineData(null, 1)]
    public void Earned_ByAKey_FollowsTheNamedBuilder(string? builder, int level) => Levels
        .Earned(new Sigstore.Verification.VerificationResult(), new Plugins.Provenance.Documents.BuildFacts { Builder = builder }).ShouldBe(level);
}
