using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>
/// A few cases of Sigstore's conformance suite through the published product, as the suite runs a client; all of them run in <c>tests/Host.Tests</c>.
/// </summary>
public class VerifyBundleTests
{
    private const string Identity = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon"
        + "/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    [SharedDataTheory]
    [InlineData("happy-path-v0.3", null)]
    [InlineData("rekor2-happy-path", null)]
    [InlineData("managed-key-happy-path", null)]
    [InlineData("wrong-material_fail", "ArtifactMismatch")]
    [InlineData("invalid-inclusion-proof_fail", "InclusionProofInvalid")]
    [InlineData("rekor2-no-timestamp_fail", "VerifiedTimeMissing")]
    [InlineData("managed-key-wrong-key_fail", "--key")]
    public async Task VerifyBundle_CaseOfTheSuite_EndsAsItsNameSays(string name, string? reason)
    {
        using var folder = new TemporaryFolder("bundle");
        string? Given(string file)
        {
            if (TestDocuments.TryReadShared($"sigstore/{name}/{file}") is not { } content) return null;
            File.WriteAllBytes(folder.File(file), content);
            return folder.File(file);
        }

        List<string> arguments = ["verify-bundle", "--bundle", Given("bundle.sigstore.json")!];
        if (Given("key.pub") is { } key) arguments.AddRange(["--key", key]);
        else arguments.AddRange(["--certificate-identity", Identity, "--certificate-oidc-issuer", "https://token.actions.githubusercontent.com"]);
        if (Given("trusted_root.json") is { } root) arguments.AddRange(["--trusted-root", root]);
        var artifact = TestDocuments.TryReadShared($"sigstore/{name}/artifact") ?? TestDocuments.ReadShared("sigstore/a.txt");
        // Nothing is made or read in a data directory, which can't be one.
        Dictionary<string, string> environment = new() { [Product.DataVariable] = "/dev/null" };

        var byFile = await Product.RunAsync([.. arguments, folder.Write("a.txt", Encoding.UTF8.GetString(artifact))], environment: environment);
        var byDigest = await Product.RunAsync([.. arguments, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(artifact))}"], environment: environment);

        foreach (var run in (ToolResult[])[byFile, byDigest])
        {
            run.ExitCode.ShouldBe(reason is null ? 0 : 1, run.Error);
            run.Output.ShouldBeEmpty();
            if (reason is null) run.Error.ShouldBeEmpty();
            else run.Error.ShouldStartWith($"error: {reason}");
        }
    }
}
