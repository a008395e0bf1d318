using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;
using RegistryOperator.Syft.Tests.Support;

namespace RegistryOperator.Syft.Tests.Runs;

/// <summary>What Syft is told when it pulls the image itself.</summary>
public sealed class SyftRunTests : IAsyncLifetime
{
    private const string Secret = "s3cret-of-a-test";

    private readonly RecordingRunner _tools = new();
    private readonly IToolFolder _folder;

    public SyftRunTests() => _folder = _tools.CreateFolder();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        _tools.Dispose();
    }

    [Theory]
    [InlineData("https://registry.example.com", "registry.example.com")]
    [InlineData("http://registry.example.com:5000", "registry.example.com:5000")]
    [InlineData("http://[::1]:5000", "[::1]:5000")]
    [InlineData("https://docker.io", "index.docker.io")]
    [InlineData("https://index.docker.io", "index.docker.io")]
    [InlineData("https://registry-1.docker.io", "index.docker.io")]
    public async Task PrepareAsync_Registry_NamesTheImageByDigestAndTheHostAsSyftKnowsIt(string registry, string host)
    {
        var run = await PrepareAsync(Requests.For(registry) with { Credential = new RegistryCredential.UsernamePassword("user", Secret) });
        run.Arguments.ShouldBe(["scan", $"registry:{host}/team/app@{Requests.Digest}", "-o", SbomFormat.SyftJson]);
        run.Environment["SYFT_REGISTRY_AUTH_AUTHORITY"].ShouldBe(host);
    }

    [Theory]
    [InlineData(SbomFormat.SyftJson)]
    [InlineData(SbomFormat.SpdxJson)]
    [InlineData(SbomFormat.CycloneDxJson)]
    public async Task PrepareAsync_Format_IsAskedFor(string format) =>
        (await PrepareAsync(Requests.For() with { SbomFormat = format })).Arguments.TakeLast(2).ShouldBe(["-o", format]);

    [Fact]
    public async Task PrepareAsync_Scope_IsAskedFor() =>
        (await PrepareAsync(Requests.For(), new SyftOptions { Scope = "all-layers" })).Arguments.TakeLast(2).ShouldBe(["--scope", "all-layers"]);

    [Fact]
    public async Task PrepareAsync_Anonymous_HasNoCredentialAndNoneOfTheUsers()
    {
        (await PrepareAsync(Requests.For())).Environment.ShouldBe(new Dictionary<string, string>
        {
            ["SYFT_CHECK_FOR_APP_UPDATE"] = "false",
            ["SYFT_REGISTRY_INSECURE_USE_HTTP"] = "false",
            ["SYFT_REGISTRY_INSECURE_SKIP_TLS_VERIFY"] = "false",
            ["TMPDIR"] = _folder.Path,
            ["DOCKER_CONFIG"] = _folder.Path,
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task PrepareAsync_UsernamePassword_GoesThroughTheEnvironmentOnly()
    {
        var run = await PrepareAsync(Requests.For() with { Credential = new RegistryCredential.UsernamePassword("user", Secret) });
        run.Environment["SYFT_REGISTRY_AUTH_USERNAME"].ShouldBe("user");
        run.Environment["SYFT_REGISTRY_AUTH_PASSWORD"].ShouldBe(Secret);
        run.Environment.ShouldNotContainKey("SYFT_REGISTRY_AUTH_TOKEN");
        run.Arguments.ShouldAllBe(argument => !argument.Contains(Secret));
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task PrepareAsync_RegistryToken_GoesThroughTheEnvironmentOnly()
    {
        var run = await PrepareAsync(Requests.For() with { Credential = new RegistryCredential.RegistryToken(Secret) });
        run.Environment["SYFT_REGISTRY_AUTH_TOKEN"].ShouldBe(Secret);
        run.Environment.ShouldNotContainKey("SYFT_REGISTRY_AUTH_PASSWORD");
        run.Arguments.ShouldAllBe(argument => !argument.Contains(Secret));
    }

    [Fact]
    public async Task PrepareAsync_PlainHttp_IsSaidByTheScheme() =>
        (await PrepareAsync(Requests.For("http://registry.example.com"))).Environment["SYFT_REGISTRY_INSECURE_USE_HTTP"].ShouldBe("true");

    [Fact]
    public async Task PrepareAsync_Security_IsPassedOn()
    {
        var run = await PrepareAsync(Requests.For() with { Security = new TransportSecurity(InsecureSkipVerify: true, CertificateAuthorities: "PEM") });
        run.Environment["SYFT_REGISTRY_INSECURE_SKIP_TLS_VERIFY"].ShouldBe("true");
        var file = run.Environment["SYFT_REGISTRY_CA_CERT"];
        Path.GetDirectoryName(file).ShouldBe(_folder.Path);
        File.ReadAllText(file).ShouldBe("PEM");
    }

    [Fact]
    public async Task ToCommand_HostsVariables_ArePassedOnExceptCredentialsAndWhatChangesTheOutput()
    {
        var command = (await PrepareAsync(Requests.For())).ToCommand("/opt/syft");
        command.Executable.ShouldBe("/opt/syft");
        command.InheritedPrefix.ShouldBe("SYFT_");
        command.NotInherited.ShouldBe(
            [
                "SYFT_REGISTRY_AUTH_AUTHORITY", "SYFT_REGISTRY_AUTH_USERNAME", "SYFT_REGISTRY_AUTH_PASSWORD", "SYFT_REGISTRY_AUTH_TOKEN",
                "SYFT_REGISTRY_AUTH_TLS_CERT", "SYFT_REGISTRY_AUTH_TLS_KEY", "SYFT_ATTEST_KEY", "SYFT_ATTEST_PASSWORD",
                "SYFT_OUTPUT", "SYFT_LEGACYFILE", "SYFT_FILE", "SYFT_LOG_QUIET", "SYFT_LOG_STRUCTURED", "SYFT_LOG_FILE", "SYFT_QUIET",
                "SYFT_FROM", "SYFT_PLATFORM", "SYFT_SOURCE_NAME", "SYFT_SOURCE_VERSION", "SYFT_SOURCE_BASE_PATH",
            ],
            ignoreOrder: true);
        command.Arguments.ShouldNotBeEmpty();
        command.Environment["TMPDIR"].ShouldBe(_folder.Path);
    }

    public static TheoryData<string, RegistryCredential, bool> WhatSyftPulls => new()
    {
        { "https://registry.example.com", RegistryCredential.Anonymous, true },
        { "https://registry.example.com", new RegistryCredential.RegistryToken("t"), true },
        { "https://registry.example.com", new RegistryCredential.UsernamePassword("u", "p"), true },
        { "https://registry.example.com", new RegistryCredential.UsernamePassword("u", ""), false },
        { "https://registry.example.com", new RegistryCredential.UsernamePassword("", "p"), false },
        { "https://registry.example.com", new RegistryCredential.IdentityToken("t"), false },
        {
            "https://registry.example.com",
            new RegistryCredential.UsernamePassword("u", "p") { Alternatives = [new RegistryCredential.UsernamePassword("v", "q")] },
            false
        },
        { "https://10.0.0.1", RegistryCredential.Anonymous, true },
        { "https://10.0.0.1", new RegistryCredential.UsernamePassword("u", "p"), false },
        { "https://localhost", new RegistryCredential.RegistryToken("t"), false },
        { "http://10.0.0.1", new RegistryCredential.UsernamePassword("u", "p"), true },
        { "oci-layout:///images", RegistryCredential.Anonymous, false },
    };

    [Theory]
    [MemberData(nameof(WhatSyftPulls))]
    public async Task PrepareAsync_RegistryAndCredential_ArePulledBySyftWhereThatIsSafe(string registry, RegistryCredential credential, bool expected)
    {
        var request = Requests.For(registry) with { Credential = credential };
        if (expected) (await PrepareAsync(request)).Arguments[1].ShouldStartWith("registry:");
        else await Should.ThrowAsync<Exception>(() => PrepareAsync(request), "the request's client, which has nothing here, is asked");
    }

    [Fact]
    public async Task PrepareAsync_RegistryThatAsksForACertificate_IsNotPulledBySyft()
    {
        var security = new TransportSecurity { ClientCertificate = new ClientCertificate("certificate", "key") };

        await Should.ThrowAsync<Exception>(() => PrepareAsync(Requests.For() with { Security = security }), "the request's client is asked");
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("ab", true)]
    public async Task PrepareAsync_ShortestRepository_IsOneThatSyftsLibraryTakes(string repository, bool expected)
    {
        var request = Requests.For(repository: repository);
        if (expected) (await PrepareAsync(request)).Arguments[1].ShouldBe($"registry:registry.example.com/{repository}@{Requests.Digest}");
        else await Should.ThrowAsync<Exception>(() => PrepareAsync(request));
    }

    [Theory]
    [InlineData("https://DOCKER.io", "index.docker.io")]
    [InlineData("https://Registry-1.Docker.io", "index.docker.io")]
    [InlineData("https://docker.io:5000", "docker.io:5000")]
    [InlineData("https://mydocker.io", "mydocker.io")]
    public async Task PrepareAsync_DockerHub_IsThatHostAlone(string registry, string host) =>
        (await PrepareAsync(Requests.For(registry))).Arguments[1].ShouldStartWith($"registry:{host}/");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task PrepareAsync_NoCertificates_NamesNoFile(string? certificates) =>
        (await PrepareAsync(Requests.For() with { Security = new TransportSecurity(CertificateAuthorities: certificates) })).Environment
            .ShouldNotContainKey("SYFT_REGISTRY_CA_CERT");

    private Task<SyftRun> PrepareAsync(ImageScanRequest request, SyftOptions? options = null) =>
        SyftRun.PrepareAsync(request, options ?? new SyftOptions(), _folder, TestContext.Current.CancellationToken);
}
