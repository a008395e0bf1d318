using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Explanations;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Kinds.Provenance;

/// <summary>The built-in scanner in the whole engine: what the status tells, and what it costs the registry.</summary>
public sealed class ProvenanceRoundTests : IAsyncDisposable
{
    private const string Repository = "team/app";
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string StatementType = "application/vnd.in-toto+json";
    private const string BuildArgument = "hunter2-build-argument";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-06-01T00:00:00Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("provenance-");
    private readonly MessageLog _log = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TestImage _image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();

    public ProvenanceRoundTests() => _plugins.AddBuiltIn("Provenance");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _plugins.Dispose();
        _data.Delete(recursive: true);
        _key.Dispose();
        _other.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rounds_RotatedKey_IsJudgedAgainWithoutARequest(bool referrersApi)
    {
        await using var registry = await StartRegistryAsync(referrersApi);
        Attach(registry, referrersApi);
        await using var engine = await StartAsync();
        var resource = Resource(registry);
        var memory = new RoundMemory.Entry();

        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _other)));

        Section(resource).Signed.ShouldBe(false);
        Section(resource).Verification!.Reason.ShouldBe("SignatureInvalid");
        Section(resource).SlsaLevel.ShouldBe(1);

        registry.Log.Clear();
        _time.Advance(TimeSpan.FromMinutes(10));
        var rotated = (await engine.Round.RunScannersAsync(resource, Secrets(("team", _key)), memory, Cancel))!;

        registry.Log.Requests.ShouldBeEmpty();
        var section = rotated.Images[0].Provenance!;
        section.Signed.ShouldBe(true);
        section.SlsaLevel.ShouldBe(2);
        section.Builder.ShouldBe("https://ci.test/builder@v1");
        section.SourceRepo.ShouldBe("https://forge.test/team/app");
        section.SourceCommit.ShouldBe("0f1e2d3c4b5a6978");
        section.LastCheckTime.ShouldNotBeNull();
        section.Verification!.Method.ShouldBe("key");
        section.Attestations.ShouldHaveSingleItem().Verified.ShouldBe(true);

        // What an attestation says of its build is for whoever reads the report, and for nobody else.
        RegistryJson(rotated).ShouldNotContain(BuildArgument);
        _log.Messages.ShouldNotContain(entry => entry.Message.Contains(BuildArgument, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rounds_PlatformThatIsAnImageToo_HidesNothingThatIsStored()
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        Attach(registry, referrersApi: true);
        registry.Add(Repository, "multi", new IndexBuilder().WithImage(_image).Build());
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();
        var resource = await ScanAsync(engine, Resource(registry), memory, Secrets(("team", _other)));
        registry.Log.Clear();

        var rotated = (await engine.Round.RunScannersAsync(resource, Secrets(("team", _key)), memory, Cancel))!;

        rotated.Images.Count.ShouldBe(2);
        rotated.Images.ShouldAllBe(image => image.Provenance!.Signed == true);
        registry.Log.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rounds_SecretsOfOneNameInTwoNamespaces_ShareNoVerdict()
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        Attach(registry, referrersApi: true);
        await using var engine = await StartAsync();
        var secrets = Secrets(("team", _key), ("others", _other));
        var ours = Resource(registry);
        var theirs = Resource(registry, "others");
        var (ourMemory, theirMemory) = (new RoundMemory.Entry(), new RoundMemory.Entry());

        for (var round = 0; round < 3; round++)
        {
            ours = await ScanAsync(engine, ours, ourMemory, secrets);
            theirs = await ScanAsync(engine, theirs, theirMemory, secrets);
            _time.Advance(TimeSpan.FromMinutes(20));
        }

        Section(ours).Signed.ShouldBe(true);
        Section(theirs).Signed.ShouldBe(false);
        Section(theirs).Verification!.Reason.ShouldBe("SignatureInvalid");
        // The second finds what the first has listed.
        registry.Log.Requests.Count(request => request.Path.Contains("/referrers/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Rounds_SecretThatIsNoKey_KeepsTheLastResultWithAReason()
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        Attach(registry, referrersApi: true);
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();
        var resource = await ScanAsync(engine, Resource(registry), memory, Secrets(("team", _key)));

        resource = await ScanAsync(engine, resource, memory, Secrets("no key"));

        Section(resource).Signed.ShouldBe(true);
        Section(resource).Reason.ShouldBe("InvalidKey");
        Section(resource).Message!.ShouldStartWith("spec.provenanceTracking.verification.keys[0].secretRef (key 'cosign.pub' of Secret 'cosign'): ");

        resource = await ScanAsync(engine, resource, memory, new ManifestSecrets([]));

        Section(resource).Signed.ShouldBe(true);
        Section(resource).Message!.ShouldContain("spec.provenanceTracking.verification.keys[0].secretRef");
    }

    [Fact]
    public async Task Rounds_Policy_TellWhetherItCanBeJudgedBy()
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        Attach(registry, referrersApi: true);
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();
        var resource = Resource(registry);

        resource = await ScanAsync(engine, resource, memory, new ManifestSecrets([]));
        Verifiable(resource).ShouldBe(
            "False SecretNotFound spec.provenanceTracking.verification.keys[0].secretRef: Secret 'cosign' does not exist in namespace 'team'. "
            + "Create it or correct the name.");

        resource = await ScanAsync(engine, resource, memory, Secrets("no key"));
        Verifiable(resource)!.ShouldStartWith(
            "False InvalidKey spec.provenanceTracking.verification.keys[0].secretRef (key 'cosign.pub' of Secret 'cosign'): ");

        // One that did not sign can be judged by, too.
        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _other)));
        Verifiable(resource).ShouldBe("True PolicyRead 1 image judged by 1 key and 0 identities, 0 verified.");

        // Between two scans of the list of tags as well.
        var rotated = (await engine.Round.RunScannersAsync(resource, Secrets(("team", _key)), memory, Cancel))!;
        Verifiable(resource with { Status = rotated }).ShouldBe("True PolicyRead 1 image judged by 1 key and 0 identities, 1 verified.");

        resource = resource with { Spec = resource.Spec with { ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true } } };
        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _key)));
        Verifiable(resource)!.ShouldStartWith("False NoPolicy ");

        // A round that fails keeps it, unless nobody asks any more.
        using var fault = registry.Inject(Faults.Status(503));
        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _key)));
        Verifiable(resource)!.ShouldStartWith("False NoPolicy ");
        resource = resource with { Spec = resource.Spec with { ProvenanceTracking = null } };
        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _key)));
        Verifiable(resource).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Explain_Attestation_HasItsVerdictAndThePolicysEntryThatDecided(bool isVerified)
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        Attach(registry, referrersApi: true);
        await using var engine = await StartAsync();
        var secrets = Secrets(("team", isVerified ? _key : _other));
        var resource = await ScanAsync(engine, Resource(registry), new RoundMemory.Entry(), secrets);
        registry.Log.Clear();

        var explanation = await engine.Explainer.ExplainAsync(AskedImage.Parse("team/app:1.0.0"), resource, secrets, isOffline: true, Cancel);

        registry.Log.Requests.ShouldBeEmpty();
        string[] way = ["provenance provenance", "linux/amd64", "last result"];
        ExplainSandbox.Of(explanation, [.. way, "policy"]).Value.ShouldBe("1 key, 0 identities");
        var attestation = ExplainSandbox.Of(explanation, [.. way, "provenance"]);
        attestation.Outcome.ShouldBe(isVerified ? "Verified" : "SignatureInvalid");
        attestation.Field.ShouldBe("spec.provenanceTracking.verification.keys[0]");
        attestation.Value.ShouldBe("key 'cosign.pub' of Secret 'cosign'");
        ExplainSandbox.Of(explanation, [.. way, "provenance", "found"]).Outcome.ShouldBe("ReferrersApi");
        ExplainSandbox.Of(explanation, [.. way, "SLSA level"]).Outcome.ShouldBe(isVerified ? "Level2" : "Level1");
        ExplanationJson.Write([explanation]).ShouldNotContain(BuildArgument);
    }

    [Fact]
    public async Task Rounds_NothingAttached_CostsOneRequestForAnImageWhereTheApiIs()
    {
        await using var registry = await StartRegistryAsync(referrersApi: true);
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();

        var resource = await ScanAsync(engine, Resource(registry), memory, Secrets(("team", _key)));

        Section(resource).ShouldSatisfyAllConditions(
            section => section.LastCheckTime.ShouldBe(_time.GetUtcNow()),
            section => section.Reason.ShouldBeNull(),
            section => section.SlsaLevel.ShouldBe(0),
            section => section.Signed.ShouldBe(false));
        Beyond(registry).ShouldBe([$"referrers/{_image.Digest} 200"]);

        _time.Advance(TimeSpan.FromHours(1));
        registry.Log.Clear();
        await ScanAsync(engine, resource, memory, Secrets(("team", _key)));

        Beyond(registry).ShouldBe([$"referrers/{_image.Digest} 200"]);
    }

    [Fact]
    public async Task Rounds_NothingAttachedToManyImages_CostsTheQuestionForTheApiAlone()
    {
        await using var registry = await StartRegistryAsync(referrersApi: false);
        for (var i = 0; i < 5; i++) registry.Add(Repository, $"2.0.{i}", new ImageBuilder().WithLayer(new LayerFile("a", $"{i}")).Build());
        await using var engine = await StartAsync();

        var resource = await ScanAsync(engine, Resource(registry), new RoundMemory.Entry(), Secrets(("team", _key)));

        resource.Status!.Images.Count.ShouldBe(6);
        resource.Status.Images.ShouldAllBe(image => image.Provenance!.SlsaLevel == 0 && image.Provenance.Reason == null);
        // Images that are looked at side by side each ask whether there is one.
        registry.Log.Requests.Count(request => request.Path.Contains("/referrers/", StringComparison.Ordinal))
            .ShouldBeInRange(1, new ScanSettings().ScannerConcurrency);
        registry.Log.Requests.ShouldNotContain(request => request.Path.Contains("/manifests/sha256-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rounds_UnchangedAttachments_CostTheirListAlone(bool referrersApi)
    {
        await using var registry = await StartRegistryAsync(referrersApi);
        Attach(registry, referrersApi);
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();
        var resource = await ScanAsync(engine, Resource(registry), memory, Secrets(("team", _key)));
        _time.Advance(TimeSpan.FromHours(1));
        registry.Log.Clear();

        resource = await ScanAsync(engine, resource, memory, Secrets(("team", _key)));

        Section(resource).Signed.ShouldBe(true);
        Section(resource).LastCheckTime.ShouldBe(_time.GetUtcNow());
        // Whether the registry has the API by now is asked once an hour, whatever the number of images.
        Beyond(registry).ShouldBe(referrersApi
            ? [$"referrers/{_image.Digest} 200"]
            : [$"referrers/{_image.Digest} 404", $"manifests/sha256-{_image.Digest.Encoded} 200"]);
    }

    private static string? Verifiable(RegistryResource resource) => resource.Status!.Conditions.Find("ProvenanceVerifiable") is { } condition
        ? $"{condition.Status} {condition.Reason} {condition.Message}"
        : null;

    private static ProvenanceStatus Section(RegistryResource resource) => resource.Status!.Images[0].Provenance!;

    private static string RegistryJson(RegistryStatus status) => System.Text.Json.JsonSerializer.Serialize(status);

    private static Task<InMemoryRegistry> StartRegistryAsync(bool referrersApi) =>
        InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = referrersApi }, Cancel);

    /// <summary>What was asked for beside the tags and the image's own documents.</summary>
    private IEnumerable<string> Beyond(InMemoryRegistry registry) => registry.Log.Requests
        .Select(request => $"{request.Path.Replace($"/v2/{Repository}/", "", StringComparison.Ordinal)} {request.Status}")
        .Where(request => !request.StartsWith("tags/", StringComparison.Ordinal) && !request.StartsWith("/v2/", StringComparison.Ordinal)
            && !request.StartsWith("manifests/1.0.0 ", StringComparison.Ordinal) && !request.Contains(_image.Config.Digest.Encoded, StringComparison.Ordinal));

    private void Attach(InMemoryRegistry registry, bool referrersApi)
    {
        var artifact = new ArtifactBuilder().WithType(BundleType).WithFile(BundleType, Bundle()).WithSubject(_image.Descriptor).Build();
        registry.Add(Repository, null, artifact);
        if (!referrersApi) registry.Add(Repository, $"sha256-{_image.Digest.Encoded}", new IndexBuilder().WithManifest(artifact).Build());
    }

    private string Bundle()
    {
        var payload = Encoding.UTF8.GetBytes($$$$$$"""
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"{{{{{{_image.Digest.Encoded}}}}}}"}}],
            "predicateType":"https://slsa.dev/provenance/v0.2","predicate":{"builder":{"id":"https://ci.test/builder@v1"},"buildType":"https://ci.test/type",
            "invocation":{"configSource":{"uri":"git+https://forge.test/team/app.git@refs/heads/main","digest":{"sha1":"0f1e2d3c4b5a6978"}},
            "parameters":{"build-arg:TOKEN":"{{{{{{BuildArgument}}}}}}"},"environment":{"TOKEN":"{{{{{{BuildArgument}}}}}}"}}}}
            """);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 {StatementType.Length} {StatementType} {payload.Length} "), .. payload];
        var signature = _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $$$$"""
            {"mediaType":"{{{{BundleType}}}}","verificationMaterial":{"publicKey":{"hint":"a"}},"dsseEnvelope":{"payloadType":"{{{{StatementType}}}}",
            "payload":"{{{{Convert.ToBase64String(payload)}}}}","signatures":[{"sig":"{{{{Convert.ToBase64String(signature)}}}}"}]}}
            """;
    }

    private static ManifestSecrets Secrets(params (string Namespace, ECDsa Key)[] keys) =>
        new([.. keys.Select(one => Secret(one.Namespace, one.Key.ExportSubjectPublicKeyInfoPem()))]);

    private static ManifestSecrets Secrets(string content) => new([Secret("team", content)]);

    private static CredentialSecret Secret(string @namespace, string content) => new()
    {
        Namespace = @namespace,
        Name = "cosign",
        Data = new Dictionary<string, ReadOnlyMemory<byte>> { ["cosign.pub"] = Encoding.UTF8.GetBytes(content) },
    };

    private RegistryResource Resource(InMemoryRegistry registry, string @namespace = "team")
    {
        registry.Add(Repository, "1.0.0", _image);
        return new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = @namespace, Name = "app", Uid = @namespace, Generation = 1 },
            Spec = new RegistrySpec
            {
                Url = registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = Repository,
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0 },
                ProvenanceTracking = new ProvenanceTrackingSpec
                {
                    Enabled = true,
                    Verification = new VerificationSpec
                    {
                        Keys = [new VerificationKeySpec { SecretRef = new SecretKeySpec { Name = "cosign", Key = "cosign.pub" } }],
                    },
                },
            },
        };
    }

    private static async Task<RegistryResource> ScanAsync(Engine engine, RegistryResource resource, RoundMemory.Entry memory, ManifestSecrets secrets) =>
        resource with { Status = (await engine.Round.RunAsync(resource, secrets, memory, progress: null, publish: null, Cancel)).Status };

    private Task<Engine> StartAsync() => _plugins.StartEngineAsync(_data, _time, Cancel, new MessageLogFactory(_log));
}
