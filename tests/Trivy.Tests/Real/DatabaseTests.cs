using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Tests.Servers.Tools;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

/// <summary>The real Trivy downloads its database from a real registry.</summary>
public sealed class DatabaseTests
{
    private const string Repository = "mirror/trivy-db";
    private const string Tag = "2";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_EightScansWithoutADatabase_DownloadItOnceAndShowItsRegistryNoCredential()
    {
        await using var mirror = await DockerRegistry.StartAsync(Stop);
        var layer = await PushDatabaseAsync(mirror);
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Basic("alice", "s3cret") }, Stop);
        await using var plugin = Plugin.CreateReal(("DbRepositories:0", $"{mirror.Url.Authority}/{Repository}:{Tag}"));
        var image = Images.Debian();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);
        await mirror.Log.ClearAsync(Stop);
        var request = Requests.Create(registry.Url, image.Digest, new Abstractions.Authentication.RegistryCredential.UsernamePassword("alice", "s3cret"));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => plugin.Vulnerabilities.ScanAsync(request, Stop)));

        results.ShouldAllBe(result => result.Pairs().SequenceEqual(Images.DebianFindings));
        (await mirror.Log.ReadAsync(Stop)).Count(asked => asked.Method == "GET" && asked.Path.EndsWith(layer, StringComparison.Ordinal)).ShouldBe(1);
        var download = plugin.Runner.Commands.Single(command => command.Arguments.Contains("--download-db-only"));
        download.Environment.Values.ShouldAllBe(value => value != "s3cret" && value != "alice");
        download.NotInherited.ShouldContain("TRIVY_PASSWORD");
        Directory.GetFileSystemEntries(plugin.Cache).Select(Path.GetFileName).ShouldBe(["db"]);
        (await plugin.Vulnerabilities.CheckReadinessAsync(Stop)).DatabaseVersion.ShouldNotBeNull();
    }

    [Fact]
    public async Task Scan_DatabaseThatCanNotBeHad_IsScannerUnavailableWithAdvice()
    {
        await using var plugin = Plugin.CreateReal(("DbRepositories:0", "127.0.0.1:1/trivy-db:2"));

        var error = await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldStartWith("Trivy's vulnerability database cannot be downloaded from 127.0.0.1:1/trivy-db:2: " +
            "allow the connection, or name a mirror in Plugins:Trivy:DbRepositories.");
    }

    [Fact]
    public async Task Scan_JavaIndexThatCanNotBeHad_IsScannerUnavailableWithAdvice()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync(("JavaDbRepositories:0", "127.0.0.1:1/trivy-java-db:1"));
        await using var registry = await DockerRegistry.StartAsync(Stop);
        var image = Images.Java();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);

        var error = await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest), Stop));

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("Plugins:Trivy:JavaDbRepositories");
    }

    [Fact]
    public async Task CheckReadiness_DatabaseMadeAnew_HasAnotherVersion()
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        var before = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        await plugin.MakeDatabaseAsync();
        var after = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);

        after.IsReady.ShouldBeTrue();
        after.ToolVersion.ShouldNotBeNullOrEmpty();
        after.DatabaseVersion.ShouldNotBe(before.DatabaseVersion);
        after.DatabaseUpdated.ShouldNotBeNull().ShouldBeGreaterThan(before.DatabaseUpdated.ShouldNotBeNull());
        plugin.Runner.Verbs.ShouldBe(["version"]);
    }

    [Fact]
    public async Task CheckReadiness_NoDatabaseAndNoneAllowed_SaysWhatToRun()
    {
        await using var plugin = Plugin.CreateReal(("SkipDbUpdate", "true"));

        var readiness = await plugin.Vulnerabilities.CheckReadinessAsync(Stop);
        var error = await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop));

        readiness.IsReady.ShouldBeFalse();
        readiness.Reason.ShouldNotBeNull().ShouldContain($"run `trivy image --download-db-only --cache-dir {plugin.Cache}`");
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldBe(readiness.Reason);
        (await plugin.Sboms.CheckReadinessAsync(Stop)).IsReady.ShouldBeTrue();
    }

    // As Aqua publishes it: an artifact with one layer, an archive of the database and its metadata.
    private static async Task<string> PushDatabaseAsync(DockerRegistry mirror)
    {
        using var made = new TemporaryFolder("database");
        await TrivyDatabase.MakeAsync(made.Path, Advisories.Files, Stop);
        var archive = new ImageBuilder()
            .WithLayer(Directory.GetFiles(Path.Combine(made.Path, TrivyDatabase.FolderName))
                .Select(file => new LayerFile(Path.GetFileName(file), File.ReadAllBytes(file))))
            .Build().Layers[0];
        var artifact = new ArtifactBuilder()
            .WithConfig("application/vnd.aquasec.trivy.config.v1+json", "{}")
            .WithFile(
                "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
                archive.Content,
                new Dictionary<string, string> { ["org.opencontainers.image.title"] = "db.tar.gz" })
            .Build();
        using var pusher = mirror.CreatePusher();
        await pusher.PushAsync(Repository, Tag, artifact, Stop);
        return archive.Digest.ToString();
    }
}
