using System.Reflection;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Abstractions.Tests.Plugins;

public class PluginContractTests
{
    private static readonly Assembly Contract = typeof(PluginContract).Assembly;

    [Fact]
    public void Version_WhereverItStands_IsTheSame()
    {
        var package = Contract.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        var plugins = typeof(PluginContractTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == PluginContract.VersionMetadataKey).Value;

        package.ShouldBe(PluginContract.Version);
        plugins.ShouldBe(PluginContract.Version);
        VersionInThePage().ShouldBe(PluginContract.Version);
    }

    [Fact]
    public void AssemblyVersion_OfAnyMinorVersion_IsThatOfTheMajorOne()
    {
        // The runtime refuses a higher assembly version than it has, in words that help nobody: the host checks the contract's version itself.
        Contract.GetName().Version.ShouldBe(new Version(Version.Parse(PluginContract.Version).Major, 0, 0, 0));
    }

    private static string VersionInThePage()
    {
        using var page = new StreamReader(typeof(PluginContractTests).Assembly.GetManifestResourceStream("plugin-authoring.md")!);
        return Regex
            .Match(page.ReadToEnd(), "\"RegistryOperator.Abstractions\" Version=\"(?<version>[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Groups["version"].Value;
    }
}
