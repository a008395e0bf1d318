using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Running;

/// <summary>What Trivy is started with.</summary>
public sealed class CommandTests
{
    private const string EmptyReport = """{"SchemaVersion":2}""";
    private static readonly string Image = $"registry.example/team/app@{Digest.Compute("image"u8)}";

    [Fact]
    public async Task Scan_Image_HasTheseArguments()
    {
        var (command, cache) = await RunAsync(Requests.Create());

        command.Arguments.ShouldBe(
        [
            "image", "--format", "json", "--list-all-pkgs", "--scanners", "vuln", "--image-src", "remote", "--platform", "linux/amd64", "--no-progress",
            "--skip-db-update", "--skip-java-db-update", "--timeout", "86400s", "--cache-dir", cache, Image,
        ]);
        command.InheritedPrefix.ShouldBe("TRIVY_");
        command.OutputFile.ShouldBe(Path.Combine(command.Environment["TMPDIR"], "report.json"));
    }

    [Fact]
    public async Task Scan_Settings_BecomeArgumentsAndTheTokenAVariable()
    {
        var (command, cache) = await RunAsync(
            Requests.Create() with { Platform = new Platform() },
            ("OfflineScan", "true"), ("Timeout", "90s"), ("MaximumOutputBytes", "1234"), ("CacheBackend", "redis://:pw@redis:6379"));

        command.Arguments.ShouldBe(
        [
            "image", "--format", "json", "--list-all-pkgs", "--scanners", "vuln", "--image-src", "remote", "--no-progress",
            "--skip-db-update", "--skip-java-db-update", "--offline-scan", "--timeout", "90s", "--cache-dir", cache, Image,
        ]);
        command.MaximumOutput.ShouldBe(1234);
        command.Environment["TRIVY_CACHE_BACKEND"].ShouldBe("redis://:pw@redis:6379");
    }

    [Theory]
    [InlineData("TRIVY_USERNAME")]
    [InlineData("TRIVY_PASSWORD")]
    [InlineData("TRIVY_REGISTRY_TOKEN")]
    [InlineData("TRIVY_TOKEN")]
    [InlineData("TRIVY_OUTPUT")]
    [InlineData("TRIVY_SEVERITY")]
    [InlineData("TRIVY_IGNORE_UNFIXED")]
    [InlineData("TRIVY_EXIT_CODE")]
    public async Task Scan_CredentialsAndWhatWouldHideFindings_AreNotInherited(string variable) => (await RunAsync(Requests.Create())).Command.NotInherited.ShouldContain(variable);

    [Fact]
    public async Task Scan_Password_IsAVariable()
    {
        var (command, _) = await RunAsync(Requests.Create() with { Credential = new RegistryCredential.UsernamePassword("alice", "s3cret") });

        (command.Environment["TRIVY_USERNAME"], command.Environment["TRIVY_PASSWORD"]).ShouldBe(("alice", "s3cret"));
        command.Arguments.ShouldAllBe(argument => !argument.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a'b")]
    [InlineData("a\\b")]
    [InlineData("")]
    public async Task Scan_PasswordThatTrivyWouldSplit_IsInAPrivateFile(string password)
    {
        var (command, config) = await RunWithConfigAsync(new RegistryCredential.UsernamePassword("alice", password));

        command.Environment.ShouldNotContainKey("TRIVY_PASSWORD");
        var entry = config.GetProperty("auths").GetProperty("registry.example");
        Convert.FromBase64String(entry.GetProperty("auth").GetString()!).ShouldBe(System.Text.Encoding.UTF8.GetBytes($"alice:{password}"));
    }

    [Fact]
    public async Task Scan_IdentityToken_IsInAPrivateFile()
    {
        var (_, config) = await RunWithConfigAsync(new RegistryCredential.IdentityToken("refresh"));

        config.GetProperty("auths").GetProperty("registry.example").GetProperty("identitytoken").GetString().ShouldBe("refresh");
    }

    [Fact]
    public async Task Scan_RegistryToken_IsAVariable()
    {
        var (command, config) = await RunWithConfigAsync(new RegistryCredential.RegistryToken("access"));

        command.Environment["TRIVY_REGISTRY_TOKEN"].ShouldBe("access");
        config.GetRawText().ShouldBe("""{"auths":{}}""");
    }

    [Fact]
    public async Task Scan_Anonymous_HasAnEmptyDockerConfigurationSoThatNoOtherLoginIsTaken()
    {
        var (command, config) = await RunWithConfigAsync(RegistryCredential.Anonymous);

        config.GetRawText().ShouldBe("""{"auths":{}}""");
        command.Environment.Keys.ShouldBe(["TRIVY_SKIP_VERSION_CHECK", "TRIVY_DISABLE_TELEMETRY", "TRIVY_CACHE_BACKEND", "TMPDIR", "DOCKER_CONFIG", "TRIVY_INSECURE", "TRIVY_NON_SSL"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("https://registry.example", false, "", "false")]
    [InlineData("http://registry.example", false, "true", "false")]
    [InlineData("https://registry.example", true, "", "true")]
    public async Task Scan_PlainHttpAndNoVerification_AreAlwaysSaidSoThatTheOperatorsOwnVariablesDoNotCount(string registry, bool skipVerify, string nonSsl, string insecure)
    {
        var (command, _) = await RunAsync(Requests.Create(registry) with { Security = new TransportSecurity(skipVerify) });

        (command.Environment["TRIVY_NON_SSL"], command.Environment["TRIVY_INSECURE"]).ShouldBe((nonSsl, insecure));
    }

    [Fact]
    public async Task Download_PlainHttpAndNoVerification_AreInheritedForAMirror()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (1, "", "")));

        await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(), TestContext.Current.CancellationToken));

        var download = plugin.Runner.Commands.Single(command => command.Arguments.Contains("--download-db-only"));
        download.InheritedPrefix.ShouldBe("TRIVY_");
        foreach (var variable in new[] { "TRIVY_INSECURE", "TRIVY_NON_SSL" })
        {
            download.Environment.ShouldNotContainKey(variable);
            download.NotInherited.ShouldNotContain(variable);
        }
    }

    [Fact]
    public async Task Scan_SchemeThatTrivyCanNotRead_IsUnsupportedAndNoFaultOfTheScanner()
    {
        var error = await Should.ThrowAsync<ScanException>(() => RunAsync(Requests.Create() with { Repository = new RepositoryReference(new Uri("oci-layout:///images"), "a") }));

        error.Reason.ShouldBe(ScanReasons.UnsupportedManifest);
        error.Message.ShouldContain("not oci-layout://");
    }

    private static async Task<(ToolCommand Command, string Cache)> RunAsync(ImageScanRequest request, params (string, string)[] settings)
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (0, EmptyReport, "")), settings: settings);
        await Metadata.WriteFreshAsync(plugin.Cache);
        await plugin.Vulnerabilities.ScanAsync(request, TestContext.Current.CancellationToken);
        return (plugin.Runner.Commands.Single(command => command.Arguments[0] == "image"), plugin.Cache);
    }

    private static async Task<(ToolCommand Command, JsonElement Config)> RunWithConfigAsync(RegistryCredential credential)
    {
        JsonElement config = default;
        ToolCommand? image = null;
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            if (command.Arguments[0] == "image")
            {
                image = command;
                config = JsonElement.Parse(File.ReadAllText(Path.Combine(command.Environment["DOCKER_CONFIG"], "config.json")));
            }

            return (0, EmptyReport, "");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);
        await plugin.Vulnerabilities.ScanAsync(Requests.Create() with { Credential = credential }, TestContext.Current.CancellationToken);
        return (image!, config);
    }
}
