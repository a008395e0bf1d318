using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Yaml;

public sealed class YamlWriterTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char["ab1.:-#'\"\\[]{}&*!|>%@`,?~= \n\t\r\u0085\u2028\u202E\uFEFFé"].Array[0, 20].Select(characters => new string(characters)),
        Gen.String[0, 20].Where(text => !text.Any(char.IsSurrogate)),
        Gen.OneOf(
            "null", "yes", "No", "true", "1e3", "0x1F", "1_000", "12:30", "2030-01-31", "-", "<<", "=", "---", "...",
            "a: b", "a #b", "a:", "😀", "x\n  y\n", "x\n\n", "a\n \nb"),
        Gen.Int[900, 1100].Select(length => new string('k', length)).Where(key => key.Length <= YamlLimits.KeyLength));

    private static readonly Gen<JsonNode?> Scalar = Gen.OneOf(
        Text.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Double.Where(double.IsFinite).Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value)),
        Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> Node = Gen.Recursive<JsonNode?>((depth, node) => depth == 4
        ? Scalar
        : Gen.OneOf(
            Scalar,
            node.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Select(Text, node).Array[0, 4].Select(pairs => (JsonNode?)new JsonObject(
                pairs.DistinctBy(pair => pair.Item1).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2?.DeepClone()))))));

    [Fact]
    public void Read_WrittenYaml_IsTheSame() => Node.Sample(node =>
    {
        var yaml = YamlWriter.Write(node);
        var problems = new YamlProblems();
        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);
        return problems.Count == 0 && documents.Count == 1 && documents[0].Json?.ToJsonString() == node?.ToJsonString();
    }, print: node => node?.ToJsonString() + "\n" + YamlWriter.Write(node), iter: 5000);

    [Theory]
    [InlineData("x ~9 *a")]
    [InlineData("x ~9 &a")]
    public void Read_WrittenKeyWithAnIndicatorInside_IsTheSame(string key)
    {
        var problems = new YamlProblems();
        var node = new JsonObject { ["a"] = new JsonObject { [key] = true, ["b: c"] = 1 } };

        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(YamlWriter.Write(node))), problems);

        problems.ShouldBeEmpty();
        documents.ShouldHaveSingleItem().Json!.ToJsonString().ShouldBe(node.ToJsonString());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1024)]
    public void Read_WrittenLongKey_IsTheSame(int length)
    {
        var problems = new YamlProblems();
        var node = new JsonArray(new JsonObject { [new string('k', length)] = new JsonObject { ["a"] = 1, ["b"] = new JsonArray("x", 2) }, ["next"] = true });

        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(YamlWriter.Write(node))), problems);

        problems.ShouldBeEmpty();
        documents.ShouldHaveSingleItem().Json!.ToJsonString().ShouldBe(node.ToJsonString());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("/path", "/path")]
    [InlineData("_x", "_x")]
    [InlineData("a b", "a b")]
    [InlineData("", "\"\"")]
    [InlineData("1", "\"1\"")]
    [InlineData("-a", "\"-a\"")]
    [InlineData(".a", "\".a\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("a ", "\"a \"")]
    [InlineData("a:", "\"a:\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a:b", "a:b")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("Y", "\"Y\"")]
    [InlineData("oN", "\"oN\"")]
    [InlineData("NULL", "\"NULL\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData("a\\b", "\"a\\\\b\"")]
    [InlineData("a\tb", "\"a\\tb\"")]
    [InlineData("a\rb", "\"a\\rb\"")]
    [InlineData("a\u0007b", "\"a\\u0007b\"")]
    [InlineData("a\u202Eb", "\"a\\u202Eb\"")]
    [InlineData("a\u200B\nb", "\"a\\u200B\\nb\"")]
    [InlineData("a\U000E0041b", "\"a\\U000E0041b\"")]
    [InlineData("\U0001F600", "\"\U0001F600\"")]
    [InlineData("\nb", "\"\\nb\"")]
    [InlineData(" a\nb", "\" a\\nb\"")]
    [InlineData("a\n\tb", "\"a\\n\\tb\"")]
    [InlineData("a\nb", "|-\n  a\n  b")]
    [InlineData("a\nb\n", "|\n  a\n  b")]
    [InlineData("a\nb\n\n", "|+\n  a\n  b\n")]
    [InlineData("a\n\nb", "|-\n  a\n\n  b")]
    public void Write_Text_IsQuotedWhereAReaderWouldReadAnotherThing(string text, string expected) =>
        YamlWriter.Write(JsonValue.Create(text)).ShouldBe(expected + "\n");

    [Fact]
    public void Write_Nothing_IsNull() => YamlWriter.Write(null).ShouldBe("null\n");

    [Fact]
    public void Write_Resource_LooksAsKubectlShowsIt()
    {
        const string json = """
            {"apiVersion":"v1","metadata":{"name":"a","labels":{},"annotations":{"example.com/on":"yes"}},"spec":{"version":"1.20","count":3,"ratio":0.5,
             "none":null,"list":["a",{"b":1,"c":[[1,2],[]]},"on"],"script":"set -e\nif x; then\n  y\nfi\n","note":"one\ntwo",
             "time":"2030-01-31T12:00:00Z","url":"https://a.example/b?c=d","colon":"a: b"}}
            """;

        YamlWriter.Write(JsonDocument.Parse(json).RootElement).ShouldBe("""
            apiVersion: v1
            metadata:
              name: a
              labels: {}
              annotations:
                example.com/on: "yes"
            spec:
              version: "1.20"
              count: 3
              ratio: 0.5
              none: null
              list:
              - a
              - b: 1
                c:
                - - 1
                  - 2
                - []
              - "on"
              script: |
                set -e
                if x; then
                  y
                fi
              note: |-
                one
                two
              time: "2030-01-31T12:00:00Z"
              url: https://a.example/b?c=d
              colon: "a: b"

            """);
    }
}
