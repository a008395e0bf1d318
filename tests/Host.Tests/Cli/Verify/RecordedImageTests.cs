using System.Text.Json.Nodes;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Host.Tests.Cli.Verify;

/// <summary>What real tools have attached to images, beside the clone, through the command.</summary>
public sealed class RecordedImageTests : IDisposable
{
    private const string Repository = "team/app";

    private readonly PluginSandbox _sandbox = new();

    public RecordedImageTests() => _sandbox.AddBuiltIn("Provenance");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int> Ways
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            string[] signed = ["sign2-legacy", "sign2-oci11", "sign3", "sign3-legacy", "sign3-oci11"];
            string[] attested = ["att2-slsa02", "att2-slsa1", "att2-bundle-slsa02", "att2-bundle-slsa1", "att3-slsa02", "att3-slsa1", "att3-slsa1-legacy"];
            foreach (var registry in (string[])["no-referrers-api", "referrers-api-full"])
            {
                foreach (var way in signed) data.Add(registry, way, 0);
                foreach (var way in attested) data.Add(registry, way, 2);
            }

            return data;
        }
    }

    public void Dispose() => _sandbox.Dispose();

    [SharedDataTheory]
    [MemberData(nameof(Ways))]
    public async Task Verify_WhatCosignWrote_IsVerifiedByItsKeyAndByNoOther(string registry, string way, int level)
    {
        await using var server = await StartAsync(referrersApi: registry != "no-referrers-api");
        var recorded = new RecordedRepository($"cosign/{registry}/{way}");
        recorded.AddTo(server, Repository);
        var image = $"{server.Url.Authority}/{Repository}@{recorded.Image}";

        var right = await VerifyAsync(image, "--key", Write("right.pub", TestDocuments.ReadShared("cosign/cosign.pub")));
        var wrong = await VerifyAsync(image, "--key", Write("wrong.pub", System.Text.Encoding.UTF8.GetBytes(TestKey.Ecdsa().Pem)));

        right.ExitCode.ShouldBe(0);
        ((int?)right.Provenance["slsaLevel"]).ShouldBe(level);
        ((bool?)right.Provenance["attestations"]!.AsArray().ShouldHaveSingleItem()!["verified"]).ShouldBe(true);
        wrong.ExitCode.ShouldBe(1);
        ((string?)wrong.Provenance["attestations"]!.AsArray().ShouldHaveSingleItem()!["reason"]).ShouldBe("SignatureInvalid");
    }

    [SharedDataTheory]
    [InlineData(GitHubImage.Workflow, 0)]
    [InlineData("https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.9.0", 1)]
    public async Task Verify_ImageOfGitHub_IsVerifiedAtItsSigningTime(string identity, int exitCode)
    {
        await using var server = await StartAsync(referrersApi: true);
        GitHubImage.AddTo(server, Repository, "2.0.0");

        var run = await VerifyAsync($"{server.Url.Authority}/{Repository}:2.0.0", "--identity", identity, "--issuer", GitHubImage.Issuer);

        run.ExitCode.ShouldBe(exitCode);
        var provenance = run.Provenance;
        ((string?)provenance["builder"]).ShouldBe(GitHubImage.Workflow);
        ((string?)provenance["sourceRepo"]).ShouldBe(GitHubImage.SourceRepository);
        ((int?)provenance["claimedSlsaLevel"]).ShouldBe(3);
        ((int?)provenance["slsaLevel"]).ShouldBe(exitCode == 0 ? 3 : 1);
        ((string?)provenance["verification"]!["reason"]).ShouldBe(exitCode == 0 ? null : "IdentityMismatch");
        if (exitCode == 0) ((string?)provenance["verification"]!["loggedAt"])!.ShouldStartWith("2024-");
        // BuildKit's own, which claims and proves nothing.
        provenance["attestations"]!.AsArray().ShouldContain(one => (string?)one!["source"] == "IndexEntry" && (string?)one["reason"] == "Unsigned");
    }

    private static Task<InMemoryRegistry> StartAsync(bool referrersApi) =>
        InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = referrersApi }, Token);

    private async Task<(int ExitCode, JsonNode Provenance)> VerifyAsync(params string[] arguments)
    {
        var run = await CommandRun.StartAsync(["verify", .. arguments, "-o", "json", "--plugins", Path.Combine(_sandbox.Root, "plugins")]);
        run.Error.ShouldBeEmpty();
        return (run.ExitCode, JsonNode.Parse(run.Output)![0]!["provenance"].ShouldNotBeNull(run.Output));
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_sandbox.Root, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
