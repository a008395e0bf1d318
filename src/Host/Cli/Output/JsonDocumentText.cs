using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>A document for programs, as it is printed: ends with the end of a line.</summary>
internal static class JsonDocumentText
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ToJson(JsonNode? node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    public static string ToYaml(JsonNode? node) => YamlWriter.Write(node);
}
