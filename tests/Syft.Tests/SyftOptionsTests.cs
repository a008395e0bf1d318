using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft;

namespace RegistryOperator.Syft.Tests;

public sealed class SyftOptionsTests
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

    private static SyftOptions Read(params (string Name, string Value)[] settings) => SyftOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build(), "Plugins:Syft");
}
