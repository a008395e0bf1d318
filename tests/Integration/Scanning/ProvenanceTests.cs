using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Integration.Tests.Scanning;

/// <summary>Signatures and provenance by the real cosign, in registries with and without the Referrers API, verified by the published product.</summary>
public class ProvenanceTests
{
    private const string Repository = "shop/api";
    private const string Predicate = """
        {"buildDefinition":{"buildType":"https://ci.test/types/pipeline@v1","externalParameters":{"args":{"TOKEN":"hunter2-build-argument"},
        "workflow":{"ref":"refs/heads/main","repository":"https://forge.test/shop/api","path":".ci/build.yml"}},
        "resolvedDependencies":[{"uri":"git+https://forge.test/shop/api@refs/heads/main","digest":{"gitCommit":"0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"}}]},
        "runDetails":{"builder":{"id":"https://ci.test/builders/app@v1"}}}
        """;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Scan_WhatCosignWrites_IsVerifiedByItsKeyAndByNoOther(int version, bool referrersApi)
    {
        Assert.SkipUnless(Cosign.Has(version), $"cosign {version} could not be installed here (tests/Servers/install/build.sh says why).");
        using var cosign = await Cosign.CreateAsync(version, _cancellation);
        using var other = await Cosign.CreateAsync(version, _cancellation);
        await using var docker = referrersApi ? null : await DockerRegistry.StartAsync(_cancellation);
        await using var full = referrersApi ? await ReferrersRegistry.StartAsync(_cancellation) : null;
        var url = docker?.Url ?? full!.Url;
        using var data = new TemporaryFolder("data");
        var (signed, attested, bare) = (SampleImages.Numbered(1), SampleImages.Numbered(2), SampleImages.Numbered(3));
        using (var pusher = new RegistryPusher(url))
            await pusher.PushAsync(Repository, [new("1.0.1", signed), new("1.0.2", attested), new("1.0.3", bare)], _cancellation);
        await cosign.SignAsync(Reference(url, signed), [], _cancellation);
        await cosign.SignAsync(Reference(url, signed), ["--registry-referrers-mode=oci-1-1", .. Legacy(version)], _cancellation);
        await cosign.AttestAsync(Reference(url, attested), "slsaprovenance1", Predicate, Legacy(version), _cancellation);
        await cosign.AttestAsync(Reference(url, attested), "slsaprovenance1", Predicate, ["--new-bundle-format=true"], _cancellation);

        var right = await ScanAsync(url, data, cosign.PublicKey);

        var image = right.Image("1.0.1")!["provenance"]!;
        ((bool)image["signed"]!).ShouldBeTrue(image.ToJsonString());
        ((int)image["slsaLevel"]!).ShouldBe(0);
        ((int)image["signatures"]!["verified"]!).ShouldBe(2);
        ((string?)image["verification"]!["method"]).ShouldBe("key");
        image = right.Image("1.0.2")!["provenance"]!;
        ((bool)image["signed"]!).ShouldBeTrue(image.ToJsonString());
        ((int)image["slsaLevel"]!).ShouldBe(2);
        ((int)image["signatures"]!["verified"]!).ShouldBe(2);
        ((string?)image["builder"]).ShouldBe("https://ci.test/builders/app@v1");
        ((string?)image["sourceRepo"]).ShouldBe("https://forge.test/shop/api");
        ((string?)image["sourceCommit"]).ShouldBe("0f1e2d3c4b5a69788796a5b4c3d2e1f001122334");
        right.Image("1.0.3")!["provenance"]!["verification"].ShouldBeNull();
        right.ToJsonString().ShouldNotContain("hunter2");
        await VerifyByHandAsync([Reference(url, signed), Reference(url, attested)], cosign.PublicKey, 0, "Verified");
        await VerifyByHandAsync([Reference(url, signed), $"{url.Authority}/{Repository}:1.0.2"], other.PublicKey, 1, "NotVerified");
        await VerifyByHandAsync([$"{url.Authority}/{Repository}:1.0.3"], cosign.PublicKey, 1, "NothingAttached");

        // Between two commands only tags, details and lists are read, and for a changed key nothing that is attached.
        if (docker is not null) await docker.Log.ClearAsync(_cancellation);
        var wrong = await ScanAsync(url, data, other.PublicKey);

        foreach (var tag in (string[])["1.0.1", "1.0.2"])
        {
            image = wrong.Image(tag)!["provenance"]!;
            ((bool)image["signed"]!).ShouldBeFalse(image.ToJsonString());
            ((string?)image["verification"]!["reason"]).ShouldBe("SignatureInvalid");
            ((int)image["signatures"]!["found"]!).ShouldBe(2);
        }

        ((int)wrong.Image("1.0.2")!["provenance"]!["slsaLevel"]!).ShouldBe(1);
        if (docker is null) return;
        string[] configurations = [.. new[] { signed, attested, bare }.Select(one => $"/blobs/{one.Config.Digest}")];
        (await docker.Log.ReadAsync(_cancellation))
            .Where(request => !request.Path.Contains("/tags/list", StringComparison.Ordinal))
            .Where(request => !request.Path.Contains("/manifests/1.0.", StringComparison.Ordinal))
            .Where(request => !configurations.Any(request.Path.EndsWith) && request.Path != "/v2/")
            .ShouldBeEmpty();
    }

    /// <summary>The command finds and judges the same.</summary>
    private static async Task VerifyByHandAsync(string[] images, string key, int exitCode, string result)
    {
        using var folder = new TemporaryFolder("verify");

        var run = await Product.RunAsync(["verify", .. images, "--key", folder.Write("cosign.pub", key), "-o", "json"]);

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        var results = JsonNode.Parse(run.Output)!.AsArray();
        results.Select(one => (string?)one!["result"]).ShouldBe(images.Select(_ => result));
        results.Select(one => one!["provenance"]!["attestations"]!.AsArray().Count).ShouldAllBe(count => count == (result == "NothingAttached" ? 0 : 2));
        run.Output.ShouldNotContain("hunter2");
    }

    /// <summary>Version 3 writes bundles unless it is told otherwise.</summary>
    private static string[] Legacy(int version) => version == 3 ? ["--new-bundle-format=false"] : [];

    private static string Reference(Uri registry, TestImage image) => $"{registry.Authority}/{Repository}@{image.Digest}";

    private static async Task<JsonNode> ScanAsync(Uri registry, TemporaryFolder data, string key)
    {
        var policy = $$"""
              tagFilter: {include: '^1\.'}
              provenanceTracking:
                enabled: true
                verification:
                  keys:
                  - pem: |
            {{string.Join('\n', key.Split('\n').Select(line => "          " + line))}}
            """;
        var result = await Product.RunAsync(
            ["scan", "-f", "-", "-o", "json"],
            Resources.Registry("api", registry, Repository, policy),
            new Dictionary<string, string> { [Product.DataVariable] = data.Path });
        return JsonNode.Parse(result.EnsureSuccess().Output)!;
    }
}
