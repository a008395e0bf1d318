using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Host.Tests.Cli.Verify;

public sealed partial class VerifyCommandTests : IAsyncDisposable
{
    private const string Repository = "team/app";
    private const string Vex = "https://openvex.dev/ns/v0.2.0";

    private readonly PluginSandbox _sandbox = new();
    private readonly TestKey _key = TestKey.Ecdsa();
    private readonly TestImage _image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
    private InMemoryRegistry? _registry;

    public VerifyCommandTests()
    {
        _sandbox.AddBuiltIn("Provenance");
        _sandbox.AddBuiltIn("RegistryAuth");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string KeyFile => Write("cosign.pub", _key.Pem);

    private string Name => $"{_registry!.Url.Authority}/{Repository}";

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null) await _registry.DisposeAsync();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData("tree", "verify-tree.txt")]
    [InlineData("json", "verify.json")]
    [InlineData("yaml", "verify.yaml")]
    public async Task Verify_AllPlaces_AreShownAsTheDocumentsSay(string format, string golden)
    {
        await StartAsync();
        AttachEverywhere();
        var policy = Policy("expectations: {builders: ['https://ci.test/builders/other'], minimumSlsaLevel: 2}");

        var run = await VerifyAsync($"{Name}:multi", $"{Name}:bare", $"{Name}:gone", "--policy", policy, "-o", format);

        run.Error.ShouldBe("");
        run.ExitCode.ShouldBe(1);
        Numbered(run.Output).ShouldMatch(golden, _sandbox.Root);
        run.Output.ShouldNotContain(Signed.Secret);
    }

    [Theory]
    [InlineData("right", 0, "Verified")]
    [InlineData("wrong", 1, "NotVerified")]
    [InlineData("wrong,right", 0, "Verified")]
    [InlineData("none", 1, "NotVerified")]
    public async Task Verify_Keys_DecideTheExitCode(string keys, int exitCode, string result)
    {
        await StartAsync();
        Attach(Signed.Bundle(_key, Signed.Provenance(_image)));
        var files = keys == "none" ? [] : keys.Split(',').Select(key => key == "right" ? KeyFile : Write("other", TestKey.Ecdsa().Pem));

        var run = await VerifyAsync([$"{Name}:1.0.0", .. files.SelectMany(file => (string[])["--key", file]), "-o", "json"]);

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        var one = JsonNode.Parse(run.Output)!.AsArray().ShouldHaveSingleItem()!;
        ((string?)one["result"]).ShouldBe(result);
        ((string?)one["digest"]).ShouldBe(_image.Digest.ToString());
        var attestation = one["provenance"]!["attestations"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)attestation["reason"]).ShouldBe(keys switch { "none" => "NoPolicy", "wrong" => "SignatureInvalid", _ => null });
    }

    [Theory]
    [InlineData("--identity {0} --issuer {1} --trusted-root {2}", 0, null)]
    [InlineData("--identity-pattern .*/release.yml@.* --issuer-pattern https://tokens[.].* --trusted-root {2}", 0, null)]
    [InlineData("--identity {0}x --issuer {1} --trusted-root {2}", 1, "IdentityMismatch")]
    [InlineData("--identity {0} --issuer {1}x --trusted-root {2}", 1, "IssuerMismatch")]
    [InlineData("--identity {0} --issuer {1}", 1, "TrustedRootOutdated")]
    public async Task Verify_Identities_DecideTheExitCode(string arguments, int exitCode, string? reason)
    {
        await StartAsync();
        var instance = new TestInstance();
        var statement = TestInstance.Statement(digest: _image.Digest.Encoded);
        Attach(instance.Sign(new Recipe { Entry = "dsse 0.0.1", Statement = statement }).ToJsonString());
        var root = Write("trusted_root.json", instance.Root().ToJsonString());

        var run = await VerifyAsync(
        [
            $"{Name}@{_image.Digest}", "-o", "json",
            .. string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, TestInstance.Identity, TestInstance.Issuer, root).Split(' '),
        ]);

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        var provenance = JsonNode.Parse(run.Output)![0]!["provenance"]!;
        ((string?)provenance["verification"]!["reason"]).ShouldBe(reason);
        if (reason is null) ((string?)provenance["verification"]!["identity"]).ShouldBe(TestInstance.Identity);
    }

    [Fact]
    public async Task Verify_Image_IsReadByNameAndNotByTheListOfTags()
    {
        await StartAsync(referrersApi: false);
        _registry!.Add(Repository, Signed.Tag(_image, ".sig"), Signed.Signature(_key, _image));

        var run = await VerifyAsync($"{Name}:1.0.0", "--key", KeyFile);

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        _registry.Log.Requests.ShouldNotContain(request => request.Path.Contains("/tags/", StringComparison.Ordinal));
    }

    /// <summary>Whoever may push can put a platform of his own beside a signed one.</summary>
    [Theory]
    [InlineData("one", 1, "unverified OtherPlatform: Of the platforms of this image, linux/arm64 (")]
    [InlineData("both", 0, "about      linux/amd64, sha256:")]
    [InlineData("index", 0, "about      the image, sha256:")]
    [InlineData("vex of one", 1, "result     not verified")]
    [InlineData("vex of both", 0, "result     verified")]
    public async Task Verify_Index_IsVerifiedWhereEachPlatformIs(string what, int exitCode, string told)
    {
        await StartAsync();
        var arm = new ImageBuilder().WithPlatform("linux/arm64").Build();
        var index = new IndexBuilder().WithImage(_image).WithImage(arm).Build();
        _registry!.Add(Repository, "multi", index);
        var vex = Signed.Statement(_image, Vex);
        Attach(Signed.Bundle(_key, what switch
        {
            "one" => Signed.Provenance(_image),
            "both" => Signed.About(Signed.Provenance(_image), arm),
            "index" => Signed.Provenance(index),
            "vex of one" => vex,
            _ => Signed.About(vex, arm),
        }), index);

        var run = await VerifyAsync($"{Name}:multi", "--key", KeyFile);
        var policy = await VerifyAsync($"{Name}:multi", "--policy", Policy(""));

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        run.Output.ShouldContain(told);
        policy.ExitCode.ShouldBe(exitCode, policy.Output + policy.Error);
    }

    /// <summary>Without a resource there are no fields of one.</summary>
    [Theory]
    [InlineData("", "Give keys or identities with --key, or --identity and --issuer.")]
    [InlineData("--identity a --issuer b", "The one that comes with the operator was used; --trusted-root names another.")]
    [InlineData("--identity a --issuer b --trusted-root OTHER", "It is that of --trusted-root.")]
    public async Task Verify_Messages_NameOptionsAndNoFields(string arguments, string told)
    {
        await StartAsync();
        Attach(new TestInstance().Sign(new Recipe { Entry = "dsse 0.0.1", Statement = TestInstance.Statement(digest: _image.Digest.Encoded) }).ToJsonString());
        var given = arguments.Replace("OTHER", Write("root.json", new TestInstance().Root().ToJsonString()), StringComparison.Ordinal);

        var run = await VerifyAsync([$"{Name}:1.0.0", "-o", "json", .. given.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain(told);
        run.Output.ShouldNotContain("spec.");
    }

    /// <summary>The rule is about Secrets that resources name; the root is the user's own.</summary>
    [Fact]
    public async Task Verify_TrustedRootWhereSecretsNeedALabel_IsUsed()
    {
        await StartAsync();
        var instance = new TestInstance();
        Attach(instance.Sign(new Recipe { Entry = "dsse 0.0.1", Statement = TestInstance.Statement(digest: _image.Digest.Encoded) }).ToJsonString());
        var root = Write("root.json", instance.Root().ToJsonString());

        var run = await VerifyAsync(
            $"{Name}:1.0.0", "--identity", TestInstance.Identity, "--issuer", TestInstance.Issuer, "--trusted-root", root,
            "--set", "Secrets:RequireLabel=use=registry-operator");

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
    }

    [Fact]
    public async Task Verify_SeveralKeysInOneFile_AnyOfThemVerifies()
    {
        await StartAsync();
        Attach(Signed.Bundle(_key, Signed.Provenance(_image)));
        var keys = Write("keys.pem", TestKey.Ecdsa().Pem + _key.Pem);

        (await VerifyAsync($"{Name}:1.0.0", "--key", keys)).ExitCode.ShouldBe(0);
        (await VerifyAsync($"{Name}:1.0.0", "--key", Write("bad.pem", TestKey.Ecdsa().Pem + "garbage\n" + _key.Pem))).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Verify_WithoutAPolicy_LooksAtAllPlatforms()
    {
        await StartAsync();
        var arm = new ImageBuilder().WithPlatform("linux/arm64").Build();
        _registry!.Add(Repository, "multi", new IndexBuilder().WithImage(_image).WithImage(arm).Build());
        Attach(Signed.Bundle(_key, Signed.Provenance(arm)), arm);

        var run = await VerifyAsync($"{Name}:multi");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain($"about      linux/arm64, {arm.Digest}");
    }

    [Fact]
    public async Task Verify_WhatIsNoImage_IsVerifiedToo()
    {
        await StartAsync();
        var chart = new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").WithFile("application/gzip", "chart").Build();
        _registry!.Add(Repository, "chart", chart);
        _registry.Add(Repository, Signed.Tag(chart, ".sig"), Signed.Signature(_key, chart));

        (await VerifyAsync($"{Name}:chart", "--key", KeyFile)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verify_IndexThatCanNotBeRead_HasItsReason()
    {
        await StartAsync();
        _registry!.Add(Repository, "broken", new TestManifest(Abstractions.Oci.MediaTypes.OciIndex, "{\"manifests\":1}"u8.ToArray()));

        var run = await VerifyAsync($"{Name}:broken", "--key", KeyFile);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("reason     InvalidContent: The manifest or configuration of 'broken' can't be read: ");
    }

    [Fact]
    public async Task Verify_SeveralImages_AreShownInTheirOrderAndOneThatFailsDecides()
    {
        await StartAsync();
        Attach(Signed.Bundle(_key, Signed.Provenance(_image)));
        string[] images = [$"{Name}:1.0.0", $"{Name}:gone", $"{Name}@{_image.Digest}"];

        var run = await VerifyAsync([.. images, "--key", KeyFile, "-o", "json"]);

        run.ExitCode.ShouldBe(1);
        var results = JsonNode.Parse(run.Output)!.AsArray();
        results.Select(result => (string?)result!["image"]).ShouldBe(images);
        results.Select(result => (string?)result!["result"]).ShouldBe(["Verified", "Failed", "Verified"]);
        ((string?)results[1]!["reason"]).ShouldBe("NotFound");
        (await VerifyAsync(images[0], images[2], "--key", KeyFile)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verify_PersonWatches_HasTheSameOutput()
    {
        await StartAsync();
        Attach(Signed.Bundle(_key, Signed.Provenance(_image)));

        var watched = await CommandRun.StartAsync(
            new CommandSetup { ShowsProgress = true }, ["verify", $"{Name}:1.0.0", "--key", KeyFile, "--plugins", Plugins]);

        watched.Output.ShouldBe((await VerifyAsync($"{Name}:1.0.0", "--key", KeyFile)).Output);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("expectations: {minimumSlsaLevel: 3}", 1)]
    [InlineData("expectations: {sourceRepositories: ['https://forge.test/team/app']}", 0)]
    [InlineData("expectations: {sourceRepositories: ['https://forge.test/team/other']}", 1)]
    public async Task Verify_Policy_HasCredentialsKeysAndExpectations(string expectations, int exitCode)
    {
        await StartAsync(user: new RegistryCredential.UsernamePassword("ada", "word"));
        Attach(Signed.Bundle(_key, Signed.Provenance(_image)));

        var run = await VerifyAsync($"{Name}:1.0.0", "--policy", Policy(expectations));

        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        run.Output.ShouldContain("SLSA level 2");
    }

    [Fact]
    public async Task Verify_KeyBesideAPolicy_IsInThePlaceOfItsKeysAndKeepsItsExpectations()
    {
        await StartAsync(user: new RegistryCredential.UsernamePassword("ada", "word"));
        var other = TestKey.Ecdsa();
        Attach(Signed.Bundle(other, Signed.Provenance(_image)));
        var key = Write("other.pub", other.Pem);

        (await VerifyAsync($"{Name}:1.0.0", "--policy", Policy(""))).ExitCode.ShouldBe(1);
        (await VerifyAsync($"{Name}:1.0.0", "--policy", Policy(""), "--key", key)).ExitCode.ShouldBe(0);
        (await VerifyAsync($"{Name}:1.0.0", "--policy", Policy("expectations: {minimumSlsaLevel: 3}"), "--key", key)).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("app", "--policy: no Registry in it is about IMAGE, the repository of IMAGE:1.0.0. There are: default/app (URL/other/app).")]
    [InlineData("two", "--policy: more than one Registry in it is about IMAGE, the repository of IMAGE:1.0.0: default/one (URL/team/app), "
        + "default/two (URL/team/app). Give a file with one.")]
    [InlineData("none", "--policy FILE: there is no Registry in it.")]
    public async Task Verify_PolicyOfAnotherRepositoryOrOfNone_IsBadInput(string which, string expected)
    {
        await StartAsync();
        var policy = Write("policy.yaml", which switch
        {
            "app" => Resource("app", "", "other/app"),
            "two" => Resource("one", "") + "---\n" + Resource("two", "") + "---\n" + Resource("three", "", "other/app"),
            _ => "",
        });

        var run = await VerifyAsync($"{Name}:1.0.0", "--policy", policy);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.Split('\n')[^2].ShouldBe($"error: {expected}"
            .Replace("IMAGE", Name, StringComparison.Ordinal)
            .Replace("FILE", policy, StringComparison.Ordinal)
            .Replace("URL", _registry!.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        _registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("a:b:c", "'a:b:c' is not an image reference: at character 4")]
    [InlineData("a --key KEY --identity b --issuer c", "--key is in the place of --identity and --issuer")]
    [InlineData("a --key KEY --trusted-root ROOT", "--trusted-root is about certificates, and --key about none")]
    [InlineData("a --trusted-root ROOT", "--trusted-root is about certificates: give --identity and --issuer, or a policy with identities.")]
    [InlineData("a --identity b", "Who has to have told the identity? Give --issuer or --issuer-pattern, too.")]
    [InlineData("a --identity-pattern b", "Who has to have told the identity? Give --issuer or --issuer-pattern, too.")]
    [InlineData("a --issuer b", "An issuer alone trusts everybody it knows: give --identity or --identity-pattern, too.")]
    [InlineData("a --identity b --identity-pattern c --issuer d", "--identity and --identity-pattern say the same: give one of them.")]
    [InlineData("a --identity b --issuer c --issuer-pattern d", "--issuer and --issuer-pattern say the same: give one of them.")]
    [InlineData("a --identity-pattern ( --issuer b", "--identity-pattern: '(' is no regular expression that runs without backtracking")]
    [InlineData("a --identity-pattern (?=a) --issuer b", "--identity-pattern: '(?=a)' is no regular expression that runs without backtracking")]
    [InlineData("a --identity-pattern b --issuer-pattern )", "--issuer-pattern: ')' is no regular expression that runs without backtracking")]
    [InlineData("a --key NONE", "--key NONE: no such file.")]
    [InlineData("a --key ROOT", "--key ROOT: The key is no PEM public key")]
    [InlineData("a --identity b --issuer c --trusted-root NONE", "--trusted-root NONE: no such file.")]
    [InlineData("a --identity b --issuer c --trusted-root KEY", "--trusted-root KEY: The trusted root can't be used")]
    [InlineData("a --policy NONE", "NONE: no such file")]
    [InlineData("a --ca-file NONE", "--ca-file NONE: no such file.")]
    [InlineData("a --ca-file KEY", "--ca-file KEY: there is no certificate in PEM in it (-----BEGIN CERTIFICATE-----).")]
    [InlineData("oci-archive:/images/app.tar", "'oci-archive:/images/app.tar': the transport 'oci-archive' is not read here. Push the image to a registry")]
    [InlineData(
        "localhost:5000/a --ca-file CA",
        "--ca-file: http://localhost:5000 is asked without TLS. Write https:// before the image where it has TLS.")]
    [InlineData("a --policy KEY", "KEY:")]
    public async Task Verify_ArgumentsThatDoNotFit_AreBadInput(string arguments, string expected)
    {
        string Filled(string text) => text
            .Replace("KEY", KeyFile, StringComparison.Ordinal)
            .Replace(" CA", $" {Write("ca.pem", "-----BEGIN CERTIFICATE-----\n")}", StringComparison.Ordinal)
            .Replace("ROOT", Write("root.json", new TestInstance().Root().ToJsonString()), StringComparison.Ordinal)
            .Replace("NONE", Path.Combine(_sandbox.Root, "none"), StringComparison.Ordinal);

        var run = await VerifyAsync(Filled(arguments).Split(' '));

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldStartWith($"error: {Filled(expected)}");
    }

    private string Plugins => Path.Combine(_sandbox.Root, "plugins");

    private Task<CommandRun> VerifyAsync(params string[] arguments) => CommandRun.StartAsync(["verify", .. arguments, "--plugins", Plugins]);

    private async Task StartAsync(bool referrersApi = true, RegistryCredential.UsernamePassword? user = null)
    {
        _registry = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = referrersApi, User = user }, Token);
        _registry.Add(Repository, "1.0.0", _image);
    }

    private void Attach(string bundle, TestManifest? subject = null) => _registry!.Add(
        Repository, null,
        new ArtifactBuilder().WithType(Signed.BundleType).WithFile(Signed.BundleType, bundle).WithSubject((subject ?? _image).Descriptor).Build());

    /// <summary>Signatures and statements in all places of one image, by the policy's key, by another and by nobody; and an image without any.</summary>
    private void AttachEverywhere()
    {
        var index = new IndexBuilder()
            .WithImage(_image)
            .WithImage(new ImageBuilder().WithPlatform("linux/arm64").Build())
            .WithAttestation(_image, "https://spdx.dev/Document", Signed.Statement(_image, "https://spdx.dev/Document"))
            .Build();
        _registry!.Add(Repository, "multi", index);
        _registry.Add(Repository, "bare", new ImageBuilder().WithLayer(new LayerFile("a", "bare")).Build());
        _registry.Add(Repository, Signed.Tag(index, ".sig"), Signed.Signature(_key, index));
        var byAnother = Signed.Envelope(TestKey.Ecdsa(), Signed.Statement(index, Vex));
        _registry.Add(Repository, Signed.Tag(index, ".att"), Signed.Attestation(Signed.Envelope(_key, Signed.Provenance(index)), byAnother));
        Attach(Signed.Bundle(_key, Signed.Statement(new string('0', 64), Signed.Slsa1)));
    }

    private string Policy(string expectations) => Write("policy.yaml", $"""
        {Resource("app", expectations)}
        ---
        {Resource("another", "", "other/app")}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {"{name: cosign}"}
        data: {"{cosign.pub: "}{Convert.ToBase64String(Encoding.UTF8.GetBytes(_key.Pem))}{"}"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {"{name: pull}"}
        stringData: {"{username: ada, password: word}"}
        """);

    private string Resource(string name, string expectations, string repository = Repository) => $"""
        apiVersion: registry.kubecontroller.io/v1alpha1
        kind: Registry
        metadata: {"{name: "}{name}{"}"}
        spec:
          url: {_registry!.Url.GetLeftPart(UriPartial.Authority)}
          repository: {repository}
          credentialsSecret: {"{name: pull}"}
          vulnerabilityScanning: {"{enabled: true}"}
          tagFilter: {"{include: nothing}"}
          provenanceTracking:
            tags: [nothing]
            verification:
              keys: [{"{secretRef: {name: cosign, key: cosign.pub}}"}]
              {expectations}

        """;

    private string Write(string name, string content)
    {
        var path = Path.Combine(_sandbox.Root, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Keys, and so digests, differ from run to run: each is called by the order in which it appears.</summary>
    private string Numbered(string output)
    {
        List<string> seen = [];
        return DigestPattern().Replace(output, match =>
        {
            if (!seen.Contains(match.Value)) seen.Add(match.Value);
            return $"DIGEST-{seen.IndexOf(match.Value) + 1}";
        }).Replace(_registry!.Url.Authority, "REGISTRY", StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DigestPattern();
}
