using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft.Options;

namespace RegistryOperator.Syft.Tests.Options;

public sealed class SyftOptionsReaderTests
{
    [Fact]
    public void Read_NoSettings_LeavesTheDefaults()
    {
        var options = Read();
        options.Path.ShouldBeNull();
        options.Scope.ShouldBeNull();
        options.MaximumOutputBytes.ShouldBe(ToolCommand.DefaultMaximumOutput);
    }

    [Fact]
    public void Read_AllSettingsInAnyCase_TakesThem()
    {
        Read(("Path", "/opt/syft"), ("maximumOutputBytes", "1000"), ("SCOPE", "all-layers"))
            .ShouldBe(new SyftOptions { Path = "/opt/syft", MaximumOutputBytes = 1000, Scope = "all-layers" });
    }

    [Theory]
    [InlineData("Scope", "everything", "Plugins:Syft:Scope is 'everything': expected squashed or all-layers.")]
    [InlineData("MaximumOutputBytes", "0", "expected a number of bytes")]
    [InlineData("MaximumOutputBytes", "-1", "expected a number of bytes")]
    [InlineData("MaximumOutputBytes", "10MB", "expected a number of bytes")]
    [InlineData("MaximumOutputBytes", "9999999999", "expected a number of bytes")]
    [InlineData("Path", "", "Plugins:Syft:Path has no value")]
    [InlineData("Pfad", "/opt/syft", "Plugins:Syft:Pfad is not a setting of this plugin: it has Path, MaximumOutputBytes and Scope.")]
    public void Read_WrongSetting_NamesItAndWhatIsExpected(string name, string value, string message)
    {
        Should.Throw<SyftOptionsException>(() => Read((name, value))).Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2147483591", 2147483591)]
    public void Read_MaximumOutputBytes_IsUpToTheLargestArray(string text, long expected) =>
        Read(("MaximumOutputBytes", text)).MaximumOutputBytes.ShouldBe(expected);

    [Theory]
    [InlineData("2147483592")]
    [InlineData("+1")]
    [InlineData(" 1")]
    public void Read_MaximumOutputBytesThatNoArrayHas_IsRefused(string text) =>
        Should.Throw<SyftOptionsException>(() => Read(("MaximumOutputBytes", text))).Message
            .ShouldBe($"Plugins:Syft:MaximumOutputBytes is '{text}': expected a number of bytes from 1 to 2147483591.");

    [Theory]
    [InlineData("squashed", true)]
    [InlineData("all-layers", true)]
    [InlineData("Squashed", false)]
    public void Read_Scope_IsOneOfSyftsWords(string text, bool expected)
    {
        if (expected) Read(("Scope", text)).Scope.ShouldBe(text);
        else Should.Throw<SyftOptionsException>(() => Read(("Scope", text)));
    }

    [Fact]
    public void Declared_Settings_AreShownWithDefaultAndExample() =>
        SyftSettings.All.Select(setting => setting.Option).Select(option => $"{option.Key}|{option.Default}|{option.Example}|{option.IsSecret}").ShouldBe(
        [
            "Path|syft on the PATH, else in the plugin's folder|/opt/syft/syft|False", "MaximumOutputBytes|268435456||False",
            "Scope|Syft's own: squashed||False",
        ]);

    private static SyftOptions Read(params (string Name, string Value)[] settings)
    {
        var values = settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value));
        return new SyftOptionsReader(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), "Plugins:Syft").Read();
    }
}
