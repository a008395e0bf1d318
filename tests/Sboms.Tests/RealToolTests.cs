using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Sboms.Tests;

/// <summary>What the real Trivy writes of an application with a lock file.</summary>
public sealed class RealToolTests
{
    private const string LockFile = """
        {"name":"shop","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
          "":{"name":"shop","version":"1.0.0","dependencies":{"@scope/a":"^1.0.0","b":"^2.0.0"}},
          "node_modules/@scope/a":{"version":"1.0.1","dependencies":{"b":"^2.0.0","c":"^3.0.0"},"license":"MIT"},
          "node_modules/b":{"version":"2.1.0"},
          "node_modules/c":{"version":"3.0.0","license":"Apache-2.0"}}}
        """;

    [Fact]
    public async Task Analyze_TrivysCycloneDxOfALockFile_FindsWhatTheApplicationDeclares()
    {
        var sbom = await ScanAsync("cyclonedx", SbomMediaTypes.CycloneDxJson);

        sbom.Packages.Select(package => $"{package.Type} {package.Name} {package.Version}")
            .ShouldBe(["npm @scope/a 1.0.1", "npm b 2.1.0", "npm c 3.0.0"], ignoreOrder: true);
        var report = DependencyAnalysis.Analyze(sbom);
        report.TopLevelPackages.ShouldBe(["@scope/a", "b"]);
        (report.Direct, report.Transitive, report.Unknown, report.MaxDepth).ShouldBe((2, 1, 0, 2));
    }

    [Fact]
    public async Task Analyze_TrivysSpdxOfALockFile_FindsOnlyWhatNoOtherPackageNeedsForItHasNoDependenciesOfTheApplication()
    {
        var sbom = await ScanAsync("spdx-json", SbomMediaTypes.SpdxJson);

        sbom.Packages.Select(package => $"{package.Type} {package.Name} {package.Version}")
            .ShouldBe(["npm @scope/a 1.0.1", "npm b 2.1.0", "npm c 3.0.0"], ignoreOrder: true);
        var report = DependencyAnalysis.Analyze(sbom);
        report.TopLevelPackages.ShouldBe(["@scope/a"]);
        (report.Direct, report.Transitive, report.Unknown, report.MaxDepth).ShouldBe((1, 2, 0, 2));
    }

    private static async Task<Sbom> ScanAsync(string format, string mediaType)
    {
        Assert.SkipUnless(ServerBinaries.Has("trivy"), "Trivy is not installed: run tests/Servers/install/build.sh.");
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder("sboms");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "package-lock.json"), LockFile, token);
        var output = Path.Combine(folder.Path, "sbom.json");
        string[] arguments =
        [
            "--cache-dir", Path.Combine(folder.Path, "cache"),
            "fs", "--format", format, "--offline-scan", "--skip-version-check", "--disable-telemetry", "--quiet", "--output", output, folder.Path,
        ];
        (await Tool.RunAsync(ServerBinaries.Find("trivy"), arguments, cancellationToken: token)).EnsureSuccess();
        return SbomReader.Read(mediaType, await File.ReadAllBytesAsync(output, token));
    }
}
