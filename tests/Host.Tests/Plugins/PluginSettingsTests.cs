namespace RegistryOperator.Host.Tests.Plugins;

public sealed class PluginSettingsTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("Plugins:Declared:Mirror", null)]
    [InlineData("plugins:declared:MIRROR", null)]
    [InlineData("Plugins:Declared:Regions:0", null)]
    [InlineData("Plugins:Declared:Miror", "Plugins:Declared:Miror is set, but plugin Declared has no such option: did you mean Plugins:Declared:Mirror?")]
    [InlineData("Plugins:Declared:Region:0", "Plugins:Declared:Region is set, but plugin Declared has no such option: did you mean Plugins:Declared:Regions?")]
    [InlineData(
        "Plugins:Declared:MirrorUrl",
        "Plugins:Declared:MirrorUrl is set, but plugin Declared has no such option: it has Mirror, Token, Regions, Retries.")]
    [InlineData("Plugins:Declred:Mirror", "Plugins:Declred is set, but no plugin has this name: did you mean Plugins:Declared?")]
    [InlineData("Plugins:Grype:Path", "Plugins:Grype is set, but no plugin has this name: there are Declared, NewerJson, NewerContract.")]
    [InlineData("Plugins:NewerJson:Anything", null)]
    [InlineData("Plugins:NewerContract:Anything", null)]
    [InlineData("Other:Miror", null)]
    public async Task Load_Setting_IsANoticeWhereNoPluginKnowsIt(string key, string? notice)
    {
        _sandbox.AddFixture("Declared");
        _sandbox.AddFixture("NewerJson");
        _sandbox.AddFixture("NewerContract");
        _sandbox.Settings[key] = "s3cret";

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Notices.ShouldBe(notice is null ? [] : [notice]);
    }

    [Fact]
    public async Task Load_SeveralEntriesOfAMisspeltList_AreOneNotice()
    {
        _sandbox.AddFixture("Declared");
        _sandbox.Settings["Plugins:Declared:Region:0"] = "eu";
        _sandbox.Settings["Plugins:Declared:Region:1"] = "us";

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Notices.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Declared", "Retries", "often", "Plugins:Declared:Retries is 'often': expected a number.")]
    [InlineData("Trivy", "Server", "trivy:4954", "Plugins:Trivy:Server is 'trivy:4954': expected the URL of a Trivy server, e.g. http://trivy:4954.")]
    [InlineData("Syft", "Scope", "everything", "Plugins:Syft:Scope is 'everything': expected squashed or all-layers.")]
    public async Task Load_ValueThatThePluginRefuses_IsOneSentenceWithTheFullKeyAndTheOthersRun(string plugin, string key, string value, string reason)
    {
        if (plugin == "Declared") _sandbox.AddFixture(plugin);
        else _sandbox.AddBuiltIn(plugin);
        _sandbox.AddFixture("OlderJson");
        _sandbox.Settings[$"Plugins:{plugin}:{key}"] = value;

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.ShouldHaveSingleItem().Reason.ShouldBe(reason);
        catalog.Plugins.ShouldHaveSingleItem().Name.ShouldBe("OlderJson");
    }

    [Theory]
    [InlineData("Trivy", "Servr", "Server")]
    [InlineData("Syft", "Pth", "Path")]
    public async Task Load_BuiltInPluginThatRefusesAMisspeltKey_TheNoticeNamesTheRightOne(string plugin, string key, string nearest)
    {
        _sandbox.AddBuiltIn(plugin);
        _sandbox.Settings[$"Plugins:{plugin}:{key}"] = "x";

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.ShouldHaveSingleItem().Reason.ShouldStartWith($"Plugins:{plugin}:{key} is not a setting");
        catalog.Notices.ShouldBe([$"Plugins:{plugin}:{key} is set, but plugin {plugin} has no such option: did you mean Plugins:{plugin}:{nearest}?"]);
    }

    [Theory]
    [InlineData("Trivy")]
    [InlineData("Syft")]
    public async Task Load_BuiltInPlugin_DeclaresEveryOptionThatItReads(string plugin)
    {
        _sandbox.AddBuiltIn(plugin);

        await using var catalog = await _sandbox.LoadAsync();

        var loaded = catalog.Plugins.ShouldHaveSingleItem();
        var assembly = loaded.Scanners[0].Implementation.Assembly;
        var read = assembly.GetTypes().Single(type => type.Name == plugin + "Options").GetProperties()
            .Where(property => property.SetMethod is not null)
            .Select(property => property.Name);
        loaded.Options.Select(option => option.Key).ShouldBe(read, ignoreOrder: true);
        loaded.Options.ShouldAllBe(option => option.Description.EndsWith('.'));
    }
}
