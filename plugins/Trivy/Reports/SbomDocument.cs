using System.Text.Json;

namespace RegistryOperator.Plugins.Trivy.Reports;

/// <summary>The CycloneDX document that is kept for later scans.</summary>
internal static class SbomDocument
{
    /// <summary>
    /// The document without its vulnerabilities, which <c>trivy convert</c> copies into it: they would be out of date at the next scan, and are in
    /// the report beside it.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static ReadOnlyMemory<byte> WithoutVulnerabilities(ReadOnlyMemory<byte> document)
    {
        var json = new Utf8JsonReader(document.Span);
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject) throw new JsonException("The SBOM is not a JSON object.");
        var end = (int)json.BytesConsumed;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isFound = json.ValueTextEquals("vulnerabilities");
            json.Read();
            json.Skip();
            if (isFound) return Cut(document, end, (int)json.BytesConsumed);
            end = (int)json.BytesConsumed;
        }

        return document;
    }

    // From the end of the member before to the end of this one: the comma between goes, too. The first member's comma is the one behind it.
    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> document, int start, int end)
    {
        if (document.Span[start - 1] == (byte)'{' && document.Span[end..].IndexOfAnyExcept(" \t\r\n"u8) is var next and >= 0 && document.Span[end + next] == (byte)',')
            end += next + 1;
        return (byte[])[.. document.Span[..start], .. document.Span[end..]];
    }
}
