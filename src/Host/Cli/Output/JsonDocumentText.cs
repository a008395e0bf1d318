using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

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

        return Of(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    /// <summary>
    /// JSON with escapes for what is not seen but changes what a reader sees, as an override of the direction of writing does: the encoder leaves it as it is.
    /// Outside of texts JSON has no such character, and a program reads the same.
    /// </summary>
    public static string Of(string json)
    {
        var document = new StringBuilder(json.Length + 1);
        foreach (var rune in json.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                document.Append((char)rune.Value);
                continue;
            }

            var text = rune.ToString();
            if (!OutsideText.IsInvisible(rune)) document.Append(text);
            else foreach (var half in text) document.Append(CultureInfo.InvariantCulture, $"\\u{(int)half:X4}");
        }

        return document.Append('\n').ToString();
    }

    public static string ToYaml(JsonNode? node) => YamlWriter.Write(node);
}
