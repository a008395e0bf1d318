using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Registry;

/// <summary>Resources with every field set: nothing may get lost between a file, the types and JSON.</summary>
public sealed class FullResourceTests
{
    private static readonly string Samples = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../samples/registries"));

    [Fact]
    public void ReadWrite_FullStatus_LosesNothing()
    {
        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "full-status.json")));

        var status = written.Deserialize(RegistryJson.Status)!;

        var text = JsonSerializer.Serialize(status, RegistryJson.Status);
        JsonNode.DeepEquals(JsonNode.Parse(text), written).ShouldBeTrue(text);
    }

    [Fact]
    public void ReadWrite_FullSample_LosesNothing()
    {
        using var text = new StreamReader(Path.Combine(Samples, "full.yaml"));
        var document = YamlReader.Read(new YamlSource("full.yaml", text), []).ShouldHaveSingleItem();

        var resource = document.Json.Deserialize(RegistryJson.Resource)!;

        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(resource, RegistryJson.Resource), document.Json).ShouldBeTrue();
    }

    [Fact]
    public void Samples_AllFiles_AreGood()
    {
        var manifests = ManifestFiles.Read([Samples], TextReader.Null);

        manifests.Problems.ShouldBeEmpty();
        manifests.Notices.ShouldBeEmpty();
        manifests.Registries.Select(registry => registry.Resource.FullName).ShouldBe(["default/full", "default/nginx", "default/team-app"]);
        manifests.Secrets.Select(secret => secret.Name).ShouldBe(["team-registry", "company-ca"]);
    }

    [Fact]
    public void Samples_FullSample_HasEveryFieldOfTheSpec()
    {
        var spec = ManifestFiles.Read([Path.Combine(Samples, "full.yaml")], TextReader.Null).Registries[0].Resource.Spec;

        AllProperties(JsonSerializer.SerializeToNode(spec, RegistryJson.Spec)!.AsObject(), typeof(RegistrySpec)).ShouldBeEmpty();

        // The names of fields that the sample does not set.
        static IEnumerable<string> AllProperties(JsonObject node, Type type) =>
            RegistryJson.Options.GetTypeInfo(type).Properties.SelectMany(property => node[property.Name] switch
            {
                null => [$"{type.Name}.{property.Name}"],
                JsonObject section => AllProperties(section, property.PropertyType),
                _ => Enumerable.Empty<string>(),
            });
    }

    [Fact]
    public void Write_Resource_IsReadBackFromYaml()
    {
        var resource = ManifestFiles.Read([Path.Combine(Samples, "full.yaml")], TextReader.Null).Registries[0].Resource;

        var yaml = YamlWriter.Write(JsonSerializer.SerializeToElement(resource, RegistryJson.Resource));

        var again = ManifestReader.Read([new YamlSource("again.yaml", new StringReader(yaml))]);
        again.Problems.ShouldBeEmpty();
        YamlWriter.Write(JsonSerializer.SerializeToElement(again.Registries[0].Resource, RegistryJson.Resource)).ShouldBe(yaml);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
