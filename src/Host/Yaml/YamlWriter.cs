using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryOperator.Host.Yaml;

/// <summary>Writes JSON as YAML the way kubectl shows it: block style, lists not indented under their field, texts of several lines as they are.</summary>
internal sealed class YamlWriter
{
    /// <summary>Keys that are longer need the explicit form: YAML's limit for the short one counts the quotes and escapes too.</summary>
    private const int ShortKeyLength = 1000;
    private const int Step = 2;
    private readonly StringBuilder _text = new();

    public static string Write(JsonNode? node) => node is null ? "null\n" : Write(JsonSerializer.SerializeToElement(node, JsonNodeContext.Default.JsonNode));

    public static string Write(JsonElement element)
    {
        var writer = new YamlWriter();
        writer.WriteBlock(element, indent: 0);
        return writer._text.ToString();
    }

    /// <summary>Writes a value at the start of a line, or behind a dash: what has several lines continues at <paramref name="indent"/>.</summary>
    private void WriteBlock(JsonElement element, int indent)
    {
        if (element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() > 0) WriteMapping(element, indent);
        else if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0) WriteSequence(element, indent);
        else WriteScalar(element, indent);
    }

    private void WriteMapping(JsonElement element, int indent)
    {
        var first = true;
        foreach (var property in element.EnumerateObject())
        {
            if (!first) Indent(indent);
            first = false;
            WriteKey(property.Name, indent);
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object when property.Value.GetPropertyCount() > 0:
                    NewLine(indent + Step);
                    WriteMapping(property.Value, indent + Step);
                    break;
                case JsonValueKind.Array when property.Value.GetArrayLength() > 0:
                    NewLine(indent);
                    WriteSequence(property.Value, indent);
                    break;
                default:
                    _text.Append(' ');
                    WriteScalar(property.Value, indent);
                    break;
            }
        }
    }

    private void WriteSequence(JsonElement element, int indent)
    {
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first) Indent(indent);
            first = false;
            _text.Append("- ");
            WriteBlock(item, indent + Step);
        }
    }

    private void WriteKey(string name, int indent)
    {
        var key = YamlText.IsPlain(name) ? name : YamlText.Quote(name);
        if (key.Length <= ShortKeyLength)
        {
            _text.Append(key).Append(':');
            return;
        }
        _text.Append("? ").Append(key);
        NewLine(indent);
        _text.Append(':');
    }

    private void WriteScalar(JsonElement element, int indent)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                _text.Append("{}\n");
                break;
            case JsonValueKind.Array:
                _text.Append("[]\n");
                break;
            case JsonValueKind.String:
                WriteText(element.GetString()!, indent);
                break;
            default:
                _text.Append(element.GetRawText()).Append('\n');
                break;
        }
    }

    private void WriteText(string text, int indent)
    {
        if (YamlText.IsLiteral(text)) WriteLiteral(text, indent + Step);
        else _text.Append(YamlText.IsPlain(text) ? text : YamlText.Quote(text)).Append('\n');
    }

    /// <summary>Block scalar (<see href="https://yaml.org/spec/1.2.2/#81-block-scalar-styles"/>): the sign after the bar says which line ends at the
    /// end are part of the text.</summary>
    private void WriteLiteral(string text, int indent)
    {
        _text.Append('|');
        if (!text.EndsWith('\n')) _text.Append('-');
        else if (text.EndsWith("\n\n", StringComparison.Ordinal)) _text.Append('+');
        _text.Append('\n');
        foreach (var line in text.AsSpan(0, text.EndsWith('\n') ? text.Length - 1 : text.Length).EnumerateLines())
        {
            if (!line.IsEmpty) Indent(indent);
            _text.Append(line).Append('\n');
        }
    }

    private void NewLine(int indent)
    {
        _text.Append('\n');
        Indent(indent);
    }

    private void Indent(int indent) => _text.Append(' ', indent);
}
