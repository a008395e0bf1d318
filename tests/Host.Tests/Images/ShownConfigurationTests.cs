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
    [InlineData("""{"config":{""")]
    public void Read_NoConfiguration_IsRefused(string content) =>
        Should.Throw<JsonException>(() => ShownConfiguration.Read(System.Text.Encoding.UTF8.GetBytes(content)));

    [Theory]
    [InlineData("""{"os":7,"architecture":true,"variant":[1],"author":{"a":1},"created":5}""")]
    [InlineData("""{"created":"yesterday","os":"linux"}""")]
    [InlineData("""{"config":{"Labels":[]}}""")]
    [InlineData("""{"config":{"Labels":{"a":1,"b":["c"],"d":null,"e":true}}}""")]
    [InlineData("""{"config":{"Env":{"a":"b"}}}""")]
    [InlineData("""{"config":{"Env":"PATH=/bin"}}""")]
    [InlineData("""{"config":{"Env":[1,null,["x"],"A=b"]}}""")]
    [InlineData("""{"config":{"Cmd":"sh","Entrypoint":["a",{"b":1},null]}}""")]
    [InlineData("""{"config":{"User":1,"WorkingDir":[]}}""")]
    [InlineData("""{"config":{"ExposedPorts":["80/tcp","80/tcp",1]}}""")]
    [InlineData("""{"config":{"ExposedPorts":"80"}}""")]
    public void Read_OddValues_ShowsWhatTheWholeDocumentWould(string content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);

        Shown(ShownConfiguration.Read(bytes)).ShouldBe(Shown(OciDocument.ReadImageConfiguration(bytes)));
    }

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
