using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>
/// Writes the packages of a report as a CycloneDX 1.6 document (<see href="https://cyclonedx.org/docs/1.6/json/"/>) that <c>trivy sbom</c> reads as it
/// reads Trivy's own. The same report gives the same bytes: the document has no serial number.
/// </summary>
internal static class CycloneDxWriter
{
    private const string PropertyPrefix = "aquasecurity:trivy:";

    // Nothing puts the document into a page; package URLs and maintainers stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    /// <param name="report">The packages.</param>
    /// <param name="toolVersion">Trivy's version; null where it is not known.</param>
    public static ReadOnlyMemory<byte> Write(PackageReport report, string? toolVersion = null)
    {
        var graph = ComponentGraph.Create(report);
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteNumber("version", 1);
            WriteMetadata(json, report, graph.Image, toolVersion);
            json.WriteStartArray("components");
            foreach (var component in graph.Components) WriteComponent(json, component);
            json.WriteEndArray();
            json.WriteStartArray("dependencies");
            foreach (var component in graph.Components.Prepend(graph.Image)) WriteDependencies(json, component);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return content.WrittenMemory;
    }

    private static void WriteMetadata(Utf8JsonWriter json, PackageReport report, Component image, string? toolVersion)
    {
        json.WriteStartObject("metadata");
        WriteText(json, "timestamp", report.CreatedAt);
        // Trivy found the packages, and takes only what names it for complete.
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("group", "aquasecurity");
        json.WriteString("name", "trivy");
        WriteText(json, "version", toolVersion);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WritePropertyName("component");
        WriteComponent(json, image);
        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, Component component)
    {
        json.WriteStartObject();
        json.WriteString("bom-ref", component.Reference);
        json.WriteString("type", component.Type);
        if (!string.IsNullOrEmpty(component.Supplier))
        {
            json.WriteStartObject("supplier");
            json.WriteString("name", component.Supplier);
            json.WriteEndObject();
        }

        WriteText(json, "group", component.Group);
        json.WriteString("name", component.Name);
        WriteText(json, "version", component.Version);
        WriteHash(json, component.Digest);
        WriteLicenses(json, component.Licenses);
        WriteText(json, "purl", component.PackageUrl);
        json.WriteStartArray("properties");
        foreach (var (name, value) in component.Properties)
        {
            json.WriteStartObject();
            json.WriteString("name", PropertyPrefix + name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHash(Utf8JsonWriter json, string? digest)
    {
        if (digest?.Split(':') is not [var prefix, { Length: > 0 } content] || AlgorithmOf(prefix) is not { } algorithm) return;
        json.WriteStartArray("hashes");
        json.WriteStartObject();
        json.WriteString("alg", algorithm);
        json.WriteString("content", content);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLicenses(Utf8JsonWriter json, IReadOnlyList<string> licenses)
    {
        if (licenses.Count == 0) return;
        json.WriteStartArray("licenses");
        // The list is of licences, or it is one expression alone.
        if (licenses is [var only] && LicenseForm.AsExpression(only) is { } expression)
        {
            json.WriteStartObject();
            json.WriteString("expression", expression);
            json.WriteEndObject();
        }
        else
        {
            foreach (var license in licenses)
            {
                json.WriteStartObject();
                json.WriteStartObject("license");
                json.WriteString(LicenseForm.IsId(license) ? "id" : "name", license);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteDependencies(Utf8JsonWriter json, Component component)
    {
        if (component.Dependencies is not { } dependencies) return;
        json.WriteStartObject();
        json.WriteString("ref", component.Reference);
        json.WriteStartArray("dependsOn");
        foreach (var dependency in dependencies) json.WriteStringValue(dependency.Reference);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }

    private static string? AlgorithmOf(string prefix) => prefix switch
    {
        "md5" => "MD5",
        "sha1" => "SHA-1",
        "sha256" => "SHA-256",
        "sha512" => "SHA-512",
        _ => null,
    };
}
