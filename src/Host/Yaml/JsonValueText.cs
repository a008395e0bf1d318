using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryOperator.Host.Yaml;

/// <summary>What a value is, in the words of errors.</summary>
internal static class JsonValueText
{
    private const int ShownLength = 40;

    /// <summary>E.g. <c>a list</c>, <c>the text 'many'</c>.</summary>
    public static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "a map",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Shorten($"'{node.GetValue<string>()}'")}",
        JsonValueKind.Number => $"the number {Shorten(node.ToJsonString())}",
        _ => node.ToJsonString(),
    };

    private static string Shorten(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";
}
