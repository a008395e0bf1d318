using System.Text.Json;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>
/// A CycloneDX document in a form that two of the same content share: without serial number, time, tool and vulnerabilities, in one order, and with
/// components in place of references. Licences are left out: <c>trivy convert</c> spells them anew.
/// </summary>
internal static class CanonicalDocument
{
    private static readonly string[] LeftOut = ["licenses", "bom-ref"];

    /// <summary>One line for each component and each component's dependencies.</summary>
    public static string[] Of(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        var image = root.GetProperty("metadata").GetProperty("component");
        var components = root.GetProperty("components").EnumerateArray().Prepend(image).ToDictionary(
            component => component.GetProperty("bom-ref").GetString()!, Write);
        var dependencies = root.GetProperty("dependencies").EnumerateArray().Select(entry =>
        {
            var targets = entry.GetProperty("dependsOn").EnumerateArray().Select(target => components[target.GetString()!]).Order(StringComparer.Ordinal);
            return $"{components[entry.GetProperty("ref").GetString()!]} needs {string.Join(", ", targets)}";
        });
        var head = root.EnumerateObject()
            .Where(member => member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && member.Name != "serialNumber")
            .Select(member => $"{member.Name} {member.Value}");
        return
        [
            .. head.Order(StringComparer.Ordinal), $"image {Write(image)}", .. components.Values.Order(StringComparer.Ordinal),
            .. dependencies.Order(StringComparer.Ordinal),
        ];
    }

    private static string Write(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", WriteMembers(element))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", element.EnumerateArray().Select(Write).Order(StringComparer.Ordinal))}]",
        _ => element.ToString(),
    };

    private static IEnumerable<string> WriteMembers(JsonElement element) => element.EnumerateObject()
        .Where(member => !LeftOut.Contains(member.Name))
        .OrderBy(member => member.Name, StringComparer.Ordinal)
        .Select(member => $"{member.Name}: {Write(member.Value)}");
}
