using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Plugins;

public sealed class PluginCatalogTests : IDisposable
{
    private static readonly RepositoryReference Repository = new(new Uri("https://registry.example"), "team/app");

    private readonly PluginSandbox _sandbox = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Load_PluginsWithDifferentVersionsOfADependency_EachHasItsOwn()
    {
        _sandbox.AddFixture("OlderJson");
        _sandbox.AddFixture("NewerJson");

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.ShouldBeEmpty();
        var readiness = new Dictionary<string, string?>();
        foreach (var scanner in catalog.Scanners) readiness[scanner.Descriptor.Name] = (await scanner.CheckReadinessAsync(Cancel)).ToolVersion;
        readiness.ShouldBe(new Dictionary<string, string?> { ["age"] = "13.0.0", ["licences"] = "12.0.0" }, ignoreOrder: true);
    }

    [Fact]
    public void Build_PluginThatDependsOnSharedPackages_ComesWithoutThem() =>
        Directory.GetFiles(_sandbox.AddFixture("NewerJson"), "*.dll").Select(Path.GetFileName)
            .ShouldBe(["Fixtures.NewerJson.dll", "Microsoft.Extensions.Options.dll", "Newtonsoft.Json.dll"], ignoreOrder: true);

    [Fact]
    public async Task Load_PluginThatNeverStarts_IsAbandonedAndNamedAndTheOthersRun()
    {
        var begun = Path.Combine(_sandbox.Root, "begun");
        _sandbox.AddFixture("OlderJson");
        var folder = _sandbox.AddFixture("Unruly");
        _sandbox.Settings["Plugins:Unruly:Hang"] = begun;

        var loading = _sandbox.LoadAsync();
        await Waiting.UntilAsync(() => File.Exists(begun), "its startup class is called");
        await using var catalog = await _sandbox.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), loading);

        var failure = catalog.Failures.ShouldHaveSingleItem();
        failure.Folder.ShouldBe(folder);
        failure.Reason.ShouldStartWith("It did not start within 10 s and is abandoned");
        catalog.Plugins.ShouldHaveSingleItem().Name.ShouldBe("OlderJson");
    }

    [Fact]
    public async Task Load_PluginWithoutStartup_ItsPublicImplementationsAreFound()
    {
        var folder = _sandbox.AddFixture("OlderJson");

        await using var catalog = await _sandbox.LoadAsync();

        var plugin = catalog.Plugins.ShouldHaveSingleItem();
        (plugin.Name, plugin.Folder, plugin.Version, plugin.ContractVersion).ShouldBe(("OlderJson", folder, "1.2.3", PluginContract.Version));
        catalog.Scanners.ShouldHaveSingleItem().ShouldBeAssignableTo<IImageScanner>()!.Descriptor.Name.ShouldBe("licences");
    }

    [Fact]
    public async Task Load_PluginWithStartup_GetsItsOwnSectionAndTheHostsClock()
    {
        _sandbox.AddFixture("NewerJson");
        _sandbox.Settings["Plugins:NewerJson:Unit"] = "weeks";
        _sandbox.Settings["Unit"] = "not of this plugin";

        await using var catalog = await _sandbox.LoadAsync();

        var scanner = catalog.Scanners.ShouldHaveSingleItem().ShouldBeAssignableTo<IRegistryScanner>()!;
        var result = await scanner.ScanAsync(new RegistryScanRequest { Repository = Repository, Images = [], Client = null! }, Cancel);
        result.Result.ShouldBe("weeks before 2026-01-02");
    }

    [Fact]
    public async Task Load_LaterFolderClaimsABuiltInName_ReplacesItAndSaysSo()
    {
        var builtIn = _sandbox.AddBuiltIn("RegistryAuth");
        var replacement = _sandbox.AddFixture("VaultAuth", "extra");

        await using var catalog = await _sandbox.LoadAsync("plugins", "extra");

        var credential = await catalog.Authenticators.ShouldHaveSingleItem()
            .GetCredentialAsync(new RegistryAuthenticationRequest { Repository = Repository }, Cancel);
        credential.ShouldBe(new RegistryCredential.UsernamePassword("vault", "s3cret"));
        catalog.Notices.ShouldBe([$"Authenticator 'registry-auth' of {builtIn} is replaced by that of {replacement}, the later plugin folder."]);
    }

    [Fact]
    public async Task Load_DirectoriesInTheOtherOrder_TheBuiltInStays()
    {
        _sandbox.AddBuiltIn("RegistryAuth");
        _sandbox.AddFixture("VaultAuth", "extra");

        await using var catalog = await _sandbox.LoadAsync("extra", "plugins");

        var authenticator = catalog.Authenticators.ShouldHaveSingleItem();
        (await authenticator.GetCredentialAsync(new RegistryAuthenticationRequest { Repository = Repository }, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Load_BuiltInPlugins_AllRun()
    {
        _sandbox.AddBuiltIn("RegistryAuth");
        _sandbox.AddBuiltIn("OciLayout");

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.ShouldBeEmpty();
        catalog.Authenticators.Select(authenticator => authenticator.Name).ShouldBe(["registry-auth"]);
        catalog.RegistryClientProviders.Single(provider => provider.CanServe(new Uri("oci-layout:///images"))).Name.ShouldBe("oci-layout");
    }

    [Theory]
    [InlineData("BrokenConstructor", "InvalidOperationException: The licence file is not there.")]
    [InlineData("BrokenStartup", "Its startup class Fixtures.BrokenStartup.Startup failed. InvalidOperationException: The setting 'Endpoint' is missing.")]
    [InlineData(
        "TwoStartups",
        "It has several classes that implement IPluginStartup (Fixtures.TwoStartups.FirstStartup, Fixtures.TwoStartups.SecondStartup): keep one.")]
    [InlineData(
        "NewerContract",
        "It was built against contract 2.0.0, this host offers " + PluginContract.Version + ": use a newer host or a plugin built against 1.x.")]
    [InlineData("MissingDependency", "Its dependency Newtonsoft.Json 13.0.0 is missing: copy the whole output of 'dotnet publish' into the folder.")]
    public async Task Load_BrokenPlugin_IsReportedAndTheOthersRun(string fixture, string reason)
    {
        var folder = _sandbox.AddFixture(fixture);
        _sandbox.AddFixture("OlderJson");

        await using var catalog = await _sandbox.LoadAsync();

        var failure = catalog.Failures.ShouldHaveSingleItem();
        (failure.Folder, failure.Reason).ShouldBe((folder, reason));
        catalog.Plugins.ShouldHaveSingleItem().Name.ShouldBe("OlderJson");
    }

    [Fact]
    public async Task Load_ScannerThatLacksAMemberOfTheContract_IsReported()
    {
        var folder = IncompletePlugin.Add(_sandbox);

        await using var catalog = await _sandbox.LoadAsync();

        var failure = catalog.Failures.ShouldHaveSingleItem();
        failure.Folder.ShouldBe(folder);
        failure.Reason.ShouldStartWith(
            "It does not fit this host's contract: build it against this host's version of RegistryOperator.Abstractions " +
            "(Method 'ScanAsync' in type 'Acme.IncompleteScanner'");
    }

    [Fact]
    public async Task Load_BrokenReplacement_TheEarlierPluginStays()
    {
        _sandbox.AddFixture("OlderJson");
        var broken = _sandbox.AddFixture("OlderJson", "extra");
        File.Delete(Path.Combine(broken, "Fixtures.OlderJson.dll"));

        await using var catalog = await _sandbox.LoadAsync("plugins", "extra");

        catalog.Scanners.ShouldHaveSingleItem();
        catalog.Notices.ShouldBeEmpty();
        catalog.Failures.ShouldHaveSingleItem().Folder.ShouldBe(broken);
    }
}
