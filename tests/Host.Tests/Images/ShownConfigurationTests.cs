using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public sealed class ShownConfigurationTests
{
    [Fact]
    public void Read_AnyConfiguration_ShowsWhatTheWholeDocumentWould()
    {
        var name = Gen.Char["abcXY.=0"].Array[0, 4].Select(characters => new string(characters));
        var map = Gen.Select(name, name).List[0, 300].Select(entries =>
            new JsonObject(entries.DistinctBy(entry => entry.Item1).Select(entry => KeyValuePair.Create(entry.Item1, (JsonNode?)entry.Item2))));
        var list = name.List[0, 300].Select(entries => new JsonArray([.. entries.Select(entry => (JsonNode?)entry)]));
        Gen.Select(map, list, list, list, map).Sample((labels, entrypoint, command, environment, ports) =>
        {
            labels[AnnotationKeys.BaseName] = "base";
            var configuration = new JsonObject
            {
                ["config"] = new JsonObject
                {
                    ["Labels"] = labels.DeepClone(),
                    ["Entrypoint"] = entrypoint.DeepClone(),
                    ["Cmd"] = command.DeepClone(),
                    ["Env"] = environment.DeepClone(),
                    ["ExposedPorts"] = ports.DeepClone(),
                    ["User"] = "app",
                    ["OnBuild"] = new JsonArray(new JsonObject()),
                },
            };
            var bytes = JsonSerializer.SerializeToUtf8Bytes(configuration);
            Shown(ShownConfiguration.Read(bytes)).ShouldBe(Shown(OciDocument.ReadImageConfiguration(bytes)));
        }, iter: 200);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"config":[]}""")]
    [InlineData("""{"config":{"Labels":[]}}""")]
    [InlineData("""{"config":{"Labels":{"a":1}}}""")]
    [InlineData("""{"config":{"Env":{}}}""")]
    [InlineData("""{"config":{"Env":[1]}}""")]
    [InlineData("""{"config":{"User":1}}""")]
    [InlineData("""{"config":{""")]
    public void Read_NoConfiguration_IsRefused(string content) =>
        Should.Throw<JsonException>(() => ShownConfiguration.Read(System.Text.Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Read_Nulls_AreReadAsGoDoes()
    {
        var container = ShownConfiguration.Read(
            """{"config":{"User":null,"Env":null,"Cmd":[null],"Labels":{"a":null},"ExposedPorts":{"80/tcp":{}}}}"""u8).Config.ShouldNotBeNull();

        (container.User, container.Environment, container.Command![0], container.Labels!["a"]).ShouldBe((null, null, "", ""));
        container.ExposedPorts!.Keys.ShouldBe(["80/tcp"]);
        ShownConfiguration.Read("""{"config":null}"""u8).Config.ShouldBeNull();
    }

    private static string Shown(ImageConfiguration configuration) =>
        JsonSerializer.Serialize(ImageConfigReader.Read(new ImageManifest(), configuration));
}
