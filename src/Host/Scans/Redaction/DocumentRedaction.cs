using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Scans.Redaction;

/// <summary>
/// Takes the values of environment variables and build arguments, which often are secrets, out of documents before they are stored: Trivy's report has the
/// image's configuration, Syft's SBOM has it in Base64. All else stays byte by byte. SBOMs in SPDX and CycloneDX have none of it.
/// </summary>
internal static class DocumentRedaction
{
    /// <summary>Trivy's report (<see href="https://trivy.dev/latest/docs/configuration/reporting/#json"/>).</summary>
    public const string TrivyReport = "application/vnd.aquasec.trivy.report+json";

    private const int DeepestDocument = 256;

    /// <summary>The document as it is stored.</summary>
    public static ReportDocument Apply(ReportDocument document, CancellationToken cancellationToken = default) => document.MediaType switch
    {
        TrivyReport => Redact(document, isOfSyft: false, cancellationToken),
        SbomMediaTypes.SyftJson => Redact(document, isOfSyft: true, cancellationToken),
        _ => document,
    };

    private static ReportDocument Redact(ReportDocument document, bool isOfSyft, CancellationToken cancellationToken)
    {
        try
        {
            var replacements = isOfSyft ? FindInSyft(document.Content.Span, cancellationToken) : FindInTrivy(document.Content.Span, cancellationToken);
            return replacements.Count == 0 ? document : new ReportDocument(document.MediaType, Splice(document.Content, replacements));
        }
        catch (JsonException)
        {
            // Such a document is refused where its kind reads it; one that nothing reads is no report of these tools.
            return document;
        }
        catch (InvalidOperationException noText)
        {
            // The kind reads only a part of the document, and may take what could not be redacted.
            throw new ScanException(ScanReasons.Failed, $"A document of the type {document.MediaType} has text that is no Unicode.", noText);
        }
    }

    private static List<Replacement> FindInTrivy(ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        var found = new List<Replacement>();
        var reader = Open(content);
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName) continue;
            var isConfiguration = IsName(ref reader, "ImageConfig");
            var isCommand = reader.GetString() is { } name && ImageConfigurations.IsCommand(name);
            if (!isConfiguration && !isCommand) continue;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isConfiguration && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                reader.Skip();
                var end = (int)reader.BytesConsumed;
                var configuration = JsonNode.Parse(content[start..end]);
                ImageConfigurations.Redact(configuration, cancellationToken);
                found.Add(new Replacement(start, end, Encoding.UTF8.GetBytes(configuration!.ToJsonString())));
            }
            else if (isCommand && reader.TokenType is JsonTokenType.String)
            {
                found.Add(new Replacement(start, (int)reader.BytesConsumed, Quote(BuildCommands.Redact(reader.GetString()!, values: null))));
            }
        }

        return found;
    }

    private static List<Replacement> FindInSyft(ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        var found = new List<Replacement>();
        var reader = Open(content);
        while (reader.Read())
        {
            // The members of the document's own object; artifacts, which are many, are passed over.
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var isSource = IsName(ref reader, "source");
            reader.Read();
            if (!isSource) reader.Skip();
            else if (reader.TokenType is JsonTokenType.StartObject) FindInSource(ref reader, found, cancellationToken);
        }

        return found;
    }

    /// <summary><c>metadata.config</c>, in documents of before Syft 0.83 <c>target.config</c>.</summary>
    private static void FindInSource(ref Utf8JsonReader reader, List<Replacement> found, CancellationToken cancellationToken)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || !IsName(ref reader, "config")) continue;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.String)
                found.Add(new Replacement(start, (int)reader.BytesConsumed, Quote(ImageConfigurations.RedactEncoded(reader.GetString()!, cancellationToken))));
        }
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> content) => new(content, new JsonReaderOptions { MaxDepth = DeepestDocument });

    private static bool IsName(ref Utf8JsonReader reader, string name) => reader.GetString()!.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static byte[] Quote(string text) => JsonSerializer.SerializeToUtf8Bytes(text, RedactionJsonContext.Default.String);

    private static byte[] Splice(ReadOnlyMemory<byte> content, List<Replacement> replacements)
    {
        var result = new ArrayBufferWriter<byte>(content.Length);
        var position = 0;
        foreach (var (start, end, text) in replacements)
        {
            result.Write(content.Span[position..start]);
            result.Write(text);
            position = end;
        }

        result.Write(content.Span[position..]);
        return result.WrittenSpan.ToArray();
    }

    private sealed record Replacement(int Start, int End, byte[] Text);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class RedactionJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
