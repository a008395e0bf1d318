using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Runs;

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

    [Fact]
    public async Task Scan_CredentialsAndWhatWouldChangeTheReport_AreNotInherited() => (await RunAsync(Requests.Create())).Command.NotInherited.ShouldBe(
        [
            "TRIVY_USERNAME", "TRIVY_PASSWORD", "TRIVY_PASSWORD_STDIN", "TRIVY_REGISTRY_TOKEN", "TRIVY_TOKEN", "TRIVY_SERVER",
            "TRIVY_OUTPUT", "TRIVY_FORMAT", "TRIVY_TEMPLATE", "TRIVY_REPORT", "TRIVY_COMPLIANCE", "TRIVY_INPUT", "TRIVY_IMAGE_SRC", "TRIVY_PLATFORM",
            "TRIVY_SCANNERS", "TRIVY_SEVERITY", "TRIVY_IGNORE_UNFIXED", "TRIVY_IGNORE_STATUS", "TRIVY_EXIT_CODE", "TRIVY_EXIT_ON_EOL",
            "TRIVY_DOWNLOAD_DB_ONLY", "TRIVY_DOWNLOAD_JAVA_DB_ONLY", "TRIVY_QUIET", "TRIVY_DEBUG", "TRIVY_TRACE_HTTP", "TRIVY_GENERATE_DEFAULT_CONFIG",
        ],
        ignoreOrder: true);

    [Fact]
    public async Task Scan_EveryRun_AsksNobodyForNewsAndKeepsItsFilesInItsFolder()
    {
        var (command, _) = await RunAsync(Requests.Create());

        (command.Environment["TRIVY_SKIP_VERSION_CHECK"], command.Environment["TRIVY_DISABLE_TELEMETRY"], command.Environment["TRIVY_CACHE_BACKEND"])
            .ShouldBe(("true", "true", "memory"));
        command.Environment["TMPDIR"].ShouldBe(command.Environment["DOCKER_CONFIG"]);
        command.MaximumOutput.ShouldBe(256 * 1024 * 1024);
    }

    [Theory]
    [InlineData("http://trivy:4954", "http://trivy:4954")]
    [InlineData("https://trivy.example/scan/", "https://trivy.example/scan")]
    public async Task Scan_Server_IsNamedWithoutASlashAtItsEndAndTheTokenIsAVariable(string server, string expected)
    {
        var (command, cache) = await RunAsync(Requests.Create(), ("Server", server), ("Token", "t0ken"));

        command.Arguments.ShouldBe(
        [
            "image", "--format", "json", "--list-all-pkgs", "--scanners", "vuln", "--image-src", "remote", "--platform", "linux/amd64", "--no-progress",
            "--skip-db-update", "--skip-java-db-update", "--server", expected, "--timeout", "86400s", "--cache-dir", cache, Image,
        ]);
        command.Environment["TRIVY_TOKEN"].ShouldBe("t0ken");
    }

    [Theory]
    [InlineData("CacheBackend", "fs")]
    [InlineData("CacheBackend", "redis://redis:6379")]
    [InlineData("Server", "http://trivy:4954")]
    public async Task Scan_CacheThatOutlivesTheRun_HasKeysOfEachRepositoryAndAccess(string setting, string value)
    {
        var request = Requests.Create();
        ImageScanRequest[] requests =
        [
            request,
            request with { Digest = Digest.Compute("another image"u8) },
            request with { Repository = new RepositoryReference(request.Repository.Registry, "another/app") },
            request with { Repository = new RepositoryReference(new Uri("https://another.example"), request.Repository.Repository) },
            request with { Security = new TransportSecurity(InsecureSkipVerify: true) },
        ];

        var skipped = new List<string>();
        foreach (var one in requests) skipped.Add((await RunAsync(one, (setting, value))).Command.Environment["TRIVY_SKIP_FILES"]);

        skipped.ShouldAllBe(file => file.StartsWith("registry-operator/", StringComparison.Ordinal));
        skipped[1].ShouldBe(skipped[0], "images of one repository share what was found in their layers");
        skipped.Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
    }

    [Fact]
    public async Task Scan_CacheOfOneRun_NeedsNoKeys() =>
        (await RunAsync(Requests.Create())).Command.Environment.ShouldNotContainKey("TRIVY_SKIP_FILES");

    [Theory]
    [InlineData("etc/passwd,*.bak", "etc/passwd,*.bak,registry-operator/")]
    [InlineData(" ", "registry-operator/")]
    public void Separate_FilesThatTheOperatorSkips_AreStillSkipped(string inherited, string expected)
    {
        var options = new TrivyOptions { CacheDirectory = "/cache", CacheBackend = TrivyOptions.FileCache };
        var none = new Dictionary<string, string>(StringComparer.Ordinal);

        LayerCache.Separate(none, Requests.Create(), options, _ => inherited)["TRIVY_SKIP_FILES"].ShouldStartWith(expected);
    }

    [Fact]
    public async Task Scan_NoServer_ShowsNoTokenOfOne() => (await RunAsync(Requests.Create())).Command.Environment.ShouldNotContainKey("TRIVY_TOKEN");

    [Theory]
    [InlineData("90s", "90s")]
    [InlineData("00:00:01.5", "2s")]
    [InlineData("2h", "7200s")]
    public async Task Scan_Timeout_IsInWholeSecondsAndNeverShorter(string timeout, string expected)
    {
        var (command, _) = await RunAsync(Requests.Create(), ("Timeout", timeout));

        command.Arguments[command.Arguments.ToList().IndexOf("--timeout") + 1].ShouldBe(expected);
    }

    [Fact]
    public async Task Scan_Sbom_HasTheseArgumentsAndNoCredential()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (0, EmptyReport, "")), settings: [("OfflineScan", "true")]);
        await Metadata.WriteFreshAsync(plugin.Cache);
        var command = (await RescanAsync(plugin)).ShouldHaveSingleItem();

        command.Arguments.SkipLast(1).ShouldBe(
        [
            "sbom", "--format", "json", "--no-progress", "--skip-db-update", "--skip-java-db-update", "--offline-scan",
            "--timeout", "86400s", "--cache-dir", plugin.Cache,
        ]);
        command.Arguments[^1].ShouldBe(Path.Combine(command.Environment["TMPDIR"], "image.cdx.json"));
        command.OutputFile.ShouldBe(Path.Combine(command.Environment["TMPDIR"], "report.json"));
        command.Environment.Keys.ShouldBe(["TRIVY_SKIP_VERSION_CHECK", "TRIVY_DISABLE_TELEMETRY", "TRIVY_CACHE_BACKEND", "TMPDIR"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(SbomFormat.CycloneDxJson, "cyclonedx", SbomMediaTypes.CycloneDxJson, "cyclonedx-json")]
    [InlineData(SbomFormat.SpdxJson, "spdx-json", SbomMediaTypes.SpdxJson, "spdx-json")]
    [InlineData(SbomFormat.SyftJson, "cyclonedx", SbomMediaTypes.CycloneDxJson, "cyclonedx-json (syft-json needs Syft)")]
    public async Task Scan_SbomFormat_IsWrittenByTrivyAndSaid(string format, string name, string mediaType, string said)
    {
        await using var plugin = Plugin.Create(
            FakeRunner.Create(_ => (0, "document", "")), settings: [("MaximumOutputBytes", "1234"), ("OfflineScan", "true")]);

        var result = await plugin.Sboms.ScanAsync(Requests.Create() with { SbomFormat = format }, TestContext.Current.CancellationToken);

        var command = plugin.Runner.Commands.ShouldHaveSingleItem();
        command.Arguments.ShouldBe(
        [
            "image", "--format", name, "--image-src", "remote", "--platform", "linux/amd64", "--no-progress", "--skip-db-update", "--skip-java-db-update",
            "--offline-scan",
            "--timeout", "86400s", "--cache-dir", plugin.Cache, Image,
        ]);
        command.MaximumOutput.ShouldBe(1234);
        command.OutputFile.ShouldBe(Path.Combine(command.Environment["TMPDIR"], "sbom.json"));
        result.Result.ShouldBe("Generated");
        result.Summary.ShouldBe([KeyValuePair.Create("format", said)]);
        result.Documents.ShouldHaveSingleItem().MediaType.ShouldBe(mediaType);
        result.Documents[0].Content.ToArray().ShouldBe("document"u8.ToArray());
        result.Method.ShouldBe(ScanMethods.Image);
    }

    [Fact]
    public async Task Scan_SbomByAServer_IsMadeHere()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (0, "document", "")), settings: [("Server", "http://127.0.0.1:1")]);

        await plugin.Sboms.ScanAsync(Requests.Create(), TestContext.Current.CancellationToken);

        plugin.Runner.Commands.Single().Arguments.ShouldNotContain("--server");
    }

    [Theory]
    [InlineData("spdx-xml", "document", "'spdx-xml' is no SBOM format that Trivy writes: ask for cyclonedx-json or spdx-json.", 0)]
    [InlineData(SbomFormat.SpdxJson, "", "Trivy wrote no SBOM though it says that all is well.", 1)]
    public async Task Scan_NoSbom_IsAFailureWithASentence(string format, string output, string message, int runs)
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (0, output, "")));

        var error = await Should.ThrowAsync<ScanException>(
            () => plugin.Sboms.ScanAsync(Requests.Create() with { SbomFormat = format }, TestContext.Current.CancellationToken));

        error.Reason.ShouldBe(ScanReasons.Failed);
        error.Message.ShouldBe(message);
        plugin.Runner.Commands.Count.ShouldBe(runs);
    }

    [Fact]
    public async Task Descriptors_OfBoth_AreRepeatable()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => default));

        foreach (var (scanner, version) in new[] { (plugin.Vulnerabilities, "1"), (plugin.Sboms, "2") })
        {
            (scanner.Descriptor.Name, scanner.Descriptor.Version, scanner.Descriptor.IsRepeatable).ShouldBe(("trivy", version, true));
            scanner.Descriptor.Description.ShouldNotBeEmpty();
            scanner.Descriptor.Needs.ShouldBeEmpty();
            scanner.Descriptor.OptionsType.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("fs", 1)]
    [InlineData("memory", 4)]
    [InlineData("redis://redis:6379", 4)]
    public async Task Scan_ManyAtOnce_WaitForEachOtherOnlyWhereTheCacheIsInFiles(string backend, int expected)
    {
        var (running, most) = (0, 0);
        var allStarted = new TaskCompletionSource();
        FakeRunner runner = null!;
        runner = new FakeRunner(async (command, token) =>
        {
            if (command.Arguments[0] == "version") return (0, """{"Version":"0.68.2"}""", "");
            var now = Interlocked.Increment(ref running);
            InterlockedMaximum(ref most, now);
            if (now == expected) allStarted.TrySetResult();
            await allStarted.Task.WaitAsync(token);
            // The others are on their way, and have time to come too.
            await Wait.UntilAsync("all have begun", () => runner.Folders == 4, TimeSpan.FromSeconds(20), token);
            for (var turn = 0; turn < 1000; turn++) await Task.Yield();
            Interlocked.Decrement(ref running);
            return (0, EmptyReport, "");
        });
        await using var plugin = Plugin.Create(runner, settings: ("CacheBackend", backend));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => plugin.Vulnerabilities.ScanAsync(Requests.Create(), TestContext.Current.CancellationToken)))
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        most.ShouldBe(expected);

        static void InterlockedMaximum(ref int target, int value)
        {
            for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
                Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    [Fact]
    public async Task Scan_CacheInFilesAndARunThatFails_LeavesTheCacheToTheNext()
    {
        var fails = true;
        await using var plugin = Plugin.Create(
            FakeRunner.Create(_ => fails ? throw new ScanException(ScanReasons.TooLarge, "large") : (0, EmptyReport, "")), settings: ("CacheBackend", "fs"));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(), TestContext.Current.CancellationToken));
        fails = false;

        await plugin.Vulnerabilities.ScanAsync(Requests.Create(), TestContext.Current.CancellationToken).WaitAsync(
            TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("", "pw")]
    [InlineData("a,b", "pw")]
    [InlineData("alice", "tab\tbed")]
    [InlineData("alice", "new\nline")]
    [InlineData("alice", "new\rline")]
    public async Task Scan_NameThatTrivyWouldSplit_IsInAPrivateFile(string username, string password)
    {
        var (command, config) = await RunWithConfigAsync(new RegistryCredential.UsernamePassword(username, password));

        command.Environment.ShouldNotContainKey("TRIVY_USERNAME");
        command.Environment.ShouldNotContainKey("TRIVY_PASSWORD");
        var entry = config.GetProperty("auths").GetProperty("registry.example").GetProperty("auth").GetString()!;
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(entry)).ShouldBe($"{username}:{password}");
    }

    [Fact]
    public async Task Scan_CertificateAuthorities_AreInAFile()
    {
        var (path, content) = ("", "");
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            if (command.Arguments[0] == "image") (path, content) = (command.Environment["TRIVY_CACERT"], File.ReadAllText(command.Environment["TRIVY_CACERT"]));
            return (0, EmptyReport, "");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await plugin.Vulnerabilities.ScanAsync(
            Requests.Create() with { Security = new TransportSecurity(CertificateAuthorities: "PEM") }, TestContext.Current.CancellationToken);

        content.ShouldBe("PEM");
        Path.GetFileName(path).ShouldBe("certificate-authorities.pem");
        File.Exists(path).ShouldBeFalse("the run's folder is gone");
    }

    [Fact]
    public async Task Scan_PortOfTheRegistry_IsPartOfItsLogin()
    {
        JsonElement config = default;
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            if (command.Arguments[0] == "image")
                config = JsonElement.Parse(File.ReadAllText(Path.Combine(command.Environment["DOCKER_CONFIG"], "config.json")));
            return (0, EmptyReport, "");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await plugin.Vulnerabilities.ScanAsync(
            Requests.Create("https://registry.example:5000") with { Credential = new RegistryCredential.IdentityToken("refresh") },
            TestContext.Current.CancellationToken);

        config.GetProperty("auths").GetProperty("registry.example:5000").GetProperty("identitytoken").GetString().ShouldBe("refresh");
    }

    [Fact]
    public async Task Scan_Password_IsAVariable()
    {
        var (command, _) = await RunAsync(Requests.Create() with { Credential = new RegistryCredential.UsernamePassword("alice", "s3cret") });

        (command.Environment["TRIVY_USERNAME"], command.Environment["TRIVY_PASSWORD"]).ShouldBe(("alice", "s3cret"));
        command.Arguments.ShouldAllBe(argument => !argument.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_SeveralLogins_AreListsThatTrivyTriesInTheirOrder()
    {
        var (command, config) = await RunWithConfigAsync(new RegistryCredential.UsernamePassword("old", "0ld-pw")
        {
            Alternatives = [new RegistryCredential.UsernamePassword("alice", "s3cret"), new RegistryCredential.UsernamePassword("bob", "p4ss")],
        });

        (command.Environment["TRIVY_USERNAME"], command.Environment["TRIVY_PASSWORD"]).ShouldBe(("old,alice,bob", "0ld-pw,s3cret,p4ss"));
        config.GetRawText().ShouldBe("""{"auths":{}}""");
    }

    [Fact]
    public async Task Scan_SeveralLoginsOfWhichOneFitsNoList_TheFirstAlone()
    {
        var first = new RegistryCredential.UsernamePassword("alice", "s3cret");
        RegistryCredential[] unfit = [new RegistryCredential.UsernamePassword("bob", "a,b"), new RegistryCredential.IdentityToken("refresh")];
        foreach (var other in unfit)
        {
            var (command, _) = await RunWithConfigAsync(first with { Alternatives = [other] });

            (command.Environment["TRIVY_USERNAME"], command.Environment["TRIVY_PASSWORD"]).ShouldBe(("alice", "s3cret"));
        }
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
        command.Environment.Keys.ShouldBe(
            [
                "TRIVY_SKIP_VERSION_CHECK", "TRIVY_DISABLE_TELEMETRY", "TRIVY_CACHE_BACKEND", "TMPDIR", "DOCKER_CONFIG",
                "TRIVY_INSECURE", "TRIVY_NON_SSL",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("https://registry.example", false, "", "false")]
    [InlineData("http://registry.example", false, "true", "false")]
    [InlineData("https://registry.example", true, "", "true")]
    public async Task Scan_PlainHttpAndNoVerification_AreAlwaysSaidSoThatTheOperatorsOwnVariablesDoNotCount(
        string registry, bool skipVerify, string nonSsl, string insecure)
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
        var error = await Should.ThrowAsync<ScanException>(
            () => RunAsync(Requests.Create() with { Repository = new RepositoryReference(new Uri("oci-layout:///images"), "a") }));

        error.Reason.ShouldBe(ScanReasons.UnsupportedManifest);
        error.Message.ShouldContain("not oci-layout://");
    }

    [Fact]
    public async Task Scan_RegistryThatAsksForACertificate_IsUnsupportedAndNoFaultOfTheScanner()
    {
        var error = await Should.ThrowAsync<ScanException>(() => RunAsync(Requests.Create() with
        {
            Security = new TransportSecurity { ClientCertificate = new ClientCertificate("certificate", "key") },
        }));

        error.Reason.ShouldBe(ScanReasons.UnsupportedManifest);
        error.Message.ShouldContain("spec.clientCertificateSecret");
    }

    private static async Task<IReadOnlyList<ToolCommand>> RescanAsync(Plugin plugin)
    {
        var request = Requests.Create() with { Credential = new RegistryCredential.UsernamePassword("alice", "s3cret") };
        var stored = new ImageScanResult
        {
            Result = "Scanned",
            Documents =
            [
                new ReportDocument(TrivyMediaTypes.Report, System.Text.Encoding.UTF8.GetBytes(EmptyReport)),
                new ReportDocument(SbomMediaTypes.CycloneDxJson, "{}"u8.ToArray()),
            ],
        };
        var now = await plugin.Vulnerabilities.CheckReadinessAsync(TestContext.Current.CancellationToken);
        plugin.Runner.Clear();
        await plugin.Vulnerabilities.ScanAsync(request.After(stored, now with { DatabaseVersion = "older" }), TestContext.Current.CancellationToken);
        return plugin.Runner.Commands;
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
