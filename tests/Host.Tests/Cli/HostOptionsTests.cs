using System.CommandLine;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Cli;

public class HostOptionsTests
{
    [Fact]
    public void Read_Nothing_IsThePluginsBesideTheExecutable()
    {
        var settings = Read();

        settings.PluginDirectories.ShouldBe([PluginDirectory.Default]);
        PluginDirectory.Default.ShouldBe(new PluginDirectory(Path.Combine(AppContext.BaseDirectory, "plugins"), IsRequired: false));
        (settings.ConfigurationFile, settings.Settings.Count).ShouldBe((null, 0));
    }

    [Fact]
    public void Read_Plugins_FollowTheBuiltInOnesInTheirOrderAndMustExist() =>
        Read("--plugins", "/b", "--plugins", "/a").PluginDirectories
            .ShouldBe([PluginDirectory.Default, new("/b", IsRequired: true), new("/a", IsRequired: true)]);

    [Theory]
    [InlineData("A:B=c", "A:B", "c")]
    [InlineData("A=", "A", "")]
    [InlineData("A=b=c", "A", "b=c")]
    [InlineData("A==", "A", "=")]
    public void Read_Set_IsSplitAtTheFirstEqualsSign(string argument, string key, string value) =>
        Read("--set", argument).Settings.ShouldHaveSingleItem().ShouldBe(new(key, value));

    [Theory]
    [InlineData("A")]
    [InlineData("=b")]
    [InlineData("=")]
    public void Read_SetWithoutAKey_IsRefused(string argument) =>
        Should.Throw<InputException>(() => Read("--set", argument))
            .Message.ShouldBe($"--set {argument}: expected KEY=VALUE, e.g. --set Plugins:Trivy:Server=http://trivy:4954.");

    [Fact]
    public void Read_SetAndConfig_AreKeptInOrder()
    {
        var file = Path.GetTempFileName();

        var settings = Read("--set", "A=1", "--config", file, "--set", "B=2");
        File.Delete(file);

        settings.Settings.Select(setting => setting.Key).ShouldBe(["A", "B"]);
        settings.ConfigurationFile.ShouldBe(file);
    }

    [Fact]
    public void Read_ConfigThatIsNotThere_IsRefused() =>
        Should.Throw<InputException>(() => Read("--config", "no/such.json")).Message.ShouldBe("--config no/such.json: no such file.");

    private static HostSettings Read(params string[] arguments)
    {
        var options = new HostOptions(new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, ShowsProgress = false });
        var command = new Command("test");
        options.AddTo(command);
        return options.Read(command.Parse(arguments));
    }
}
