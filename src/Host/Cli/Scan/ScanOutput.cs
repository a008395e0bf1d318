using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>Prints scanned resources: a table for people, or the full resources with their status.</summary>
internal static class ScanOutput
{
    public const string Table = "table";
    public const string Json = "json";
    public const string Yaml = "yaml";

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(string format, IReadOnlyList<RegistryResource> resources, Terminal terminal, ScanKinds kinds)
    {
        switch (format)
        {
            case Json:
                terminal.WriteDocument(ToJson(resources) + "\n");
                break;
            case Yaml:
                var documents = resources.Select(resource => YamlWriter.Write(JsonSerializer.SerializeToNode(resource, RegistryJson.Resource)));
                terminal.WriteDocument(string.Join("---\n", documents));
                break;
            default:
                new ScanTable(terminal, kinds).Write(resources);
                break;
        }
    }

    /// <summary>One resource as it is, several as a <c>List</c>, as <c>kubectl get -o json</c> prints them.</summary>
    private static string ToJson(IReadOnlyList<RegistryResource> resources)
    {
        var nodes = resources.Select(resource => JsonSerializer.SerializeToNode(resource, RegistryJson.Resource)).ToArray();
        var root = nodes is [var only] ? only : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray(nodes) };
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented)) root!.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
