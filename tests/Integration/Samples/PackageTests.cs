using System.IO.Compression;
using System.Xml.Linq;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Integration.Tests.Support;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>The packages for authors of plugins, as <c>eng/samples</c> makes them.</summary>
public class PackageTests
{
    [Theory]
    [InlineData("RegistryOperator.Abstractions", "Microsoft.Extensions.Configuration.Abstractions 10.0.0")]
    [InlineData("RegistryOperator.Testing", $"RegistryOperator.Abstractions {PluginContract.Version}")]
    public void Package_Metadata_SayWhatItIs(string id, string dependency)
    {
        using var package = Open($"{id}.{PluginContract.Version}.nupkg");
        using var nuspec = package.Entries.Single(entry => entry.FullName == $"{id}.nuspec").Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single();

        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        (Value("id"), Value("version"), Value("license")).ShouldBe((id, PluginContract.Version, "MIT"));
        Value("description").ShouldContain("Registry Operator");
        package.GetEntry(Value("readme")).ShouldNotBeNull().Length.ShouldBeGreaterThan(0);
        metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("type")!.Value.ShouldBe("git");
        metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")
            .ShouldContain(dependency);
        package.GetEntry($"lib/net10.0/{id}.xml").ShouldNotBeNull("editors show the comments");
        using var symbols = Open($"{id}.{PluginContract.Version}.snupkg");
        symbols.GetEntry($"lib/net10.0/{id}.pdb").ShouldNotBeNull();
    }

    private static ZipArchive Open(string name)
    {
        var file = Path.Combine(Product.RepositoryRoot, "artifacts", "packages", name);
        return File.Exists(file) ? ZipFile.OpenRead(file) : throw new InvalidOperationException($"{name} is not packed: run eng/samples.");
    }
}
