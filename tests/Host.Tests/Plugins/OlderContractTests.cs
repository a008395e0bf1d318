using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Plugins;

namespace RegistryOperator.Host.Tests.Plugins;

/// <summary>A plugin that was built against the package of contract 1.0.0, with something of each interface, in the host of today.</summary>
public sealed class OlderContractTests : IAsyncLifetime
{
    private static readonly RepositoryReference Repository = new(new Uri("memory://registry"), "team/app");
    private static readonly Digest Image = Digest.Compute("image"u8);

    private readonly PluginSandbox _sandbox = new();
    private PluginCatalog _catalog = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IRegistryClient Client => _catalog.RegistryClientProviders.Single().CreateClient(new RegistryClientRequest { Repository = Repository });

    public async ValueTask InitializeAsync()
    {
        _sandbox.AddFixture("OlderContract");
        _sandbox.Settings["Plugins:OlderContract:Team"] = "blue";
        _catalog = await _sandbox.LoadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        _sandbox.Dispose();
    }

    [Fact]
    public void Load_PluginOfAnOlderMinorVersion_RunsAndSaysItsVersion()
    {
        _catalog.Failures.ShouldBeEmpty();
        _catalog.Notices.ShouldBeEmpty();
        _catalog.Plugins.ShouldHaveSingleItem().ContractVersion.ShouldBe("1.0.0");
        _catalog.Scanners.Select(scanner => scanner.Descriptor.Name).ShouldBe(["advisories", "owner", "tag-count"], ignoreOrder: true);
    }

    [Fact]
    public void Build_PluginOfThePackage_ComesWithoutTheContract() =>
        Directory.GetFiles(_catalog.Plugins[0].Folder, "*.dll").Select(Path.GetFileName).ShouldBe(["Fixtures.OlderContract.dll"]);

    [Fact]
    public async Task Scan_VulnerabilityScanner_GivesItsFindings()
    {
        var scanner = Scanner<IImageScanner>("advisories");
        var readiness = await scanner.CheckReadinessAsync(Cancel);
        (readiness.IsReady, readiness.ToolVersion, readiness.DatabaseVersion).ShouldBe((true, "1.0", "7"));

        var result = (await scanner.ScanAsync(Request(), Cancel)).ShouldBeOfType<VulnerabilityScanResult>();

        result.Vulnerabilities.ShouldBe([new Vulnerability { Id = "CVE-2026-0001", Severity = Severity.High, Package = "openssl", FixedVersion = "3.0.16" }]);
        result.OperatingSystem.ShouldBe(new OperatingSystemRelease("debian", "12.5", IsEndOfLife: false));
    }

    [Fact]
    public async Task Scan_ScannerWithOptions_SeesTheImageThroughThePluginsOwnClient()
    {
        var scanner = Scanner<IImageScanner>("owner");
        var options = Activator.CreateInstance(scanner.Descriptor.OptionsType!)!;
        options.GetType().GetProperty("Owner")!.SetValue(options, "ann");

        var digest = (await Client.GetManifestAsync("1.0", Cancel)).Digest;
        var result = await scanner.ScanAsync(Request() with { Options = options, Digest = digest }, Cancel);

        result.Summary.ShouldBe(
            new Dictionary<string, string> { ["owner"] = "blue/ann", ["image"] = "registry/team/app linux/amd64 1", ["same"] = "True" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Scan_ScannerThatGivesAReason_TellsIt() =>
        (await Should.ThrowAsync<ScanException>(() => Scanner<IImageScanner>("owner").ScanAsync(Request(), Cancel))).Message.ShouldBe("Nobody owns team/app.");

    [Fact]
    public async Task Scan_RegistryScanner_SeesTheResourcesImages()
    {
        var request = new RegistryScanRequest { Repository = Repository, Images = [new TaggedImage("1.0", Image, Created: null, 17)], Client = Client };

        var result = await Scanner<IRegistryScanner>("tag-count").ScanAsync(request, Cancel);

        result.Summary.ShouldBe(new Dictionary<string, string> { ["1.0"] = "17 of 1" });
    }

    [Fact]
    public async Task GetCredential_Authenticator_ReadsTheSecret()
    {
        var secret = new CredentialSecret
        {
            Namespace = "n",
            Name = "s",
            Data = new Dictionary<string, ReadOnlyMemory<byte>> { ["username"] = Encoding.UTF8.GetBytes("ann") },
        };

        var credential = await _catalog.Authenticators.Single().GetCredentialAsync(
            new RegistryAuthenticationRequest { Repository = Repository, Secret = secret }, Cancel);

        credential.ShouldBe(new RegistryCredential.UsernamePassword("ann", "ann of registry/team/app"));
    }

    private T Scanner<T>(string name) => _catalog.Scanners.Single(scanner => scanner.Descriptor.Name == name).ShouldBeAssignableTo<T>()!;

    private ImageScanRequest Request() => new() { Repository = Repository, Digest = Image, Platform = Platform.Parse("linux/amd64"), Client = Client };
}
