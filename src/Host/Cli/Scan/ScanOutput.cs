using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>Prints scanned resources: a table for people, or the full resources with their status.</summary>
internal static class ScanOutput
{
    public const string Table = "table";

    public static void Write(string format, IReadOnlyList<RegistryResource> resources, Terminal terminal, ScanKinds kinds)
    {
        switch (format)
        {
            case OutputOption.Json:
                terminal.WriteDocument(JsonDocumentText.ToJson(ToList(resources)));
                break;
            case OutputOption.Yaml:
                var documents = resources.Select(resource => JsonDocumentText.ToYaml(ToNode(resource)));
                terminal.WriteDocument(string.Join("---\n", documents));
                break;
            default:
                new ScanTable(terminal, kinds).Write(resources);
                break;
        }
    }

    /// <summary>One resource as it is, several as a <c>List</c>, as <c>kubectl get -o json</c> prints them.</summary>
    private static JsonNode? ToList(IReadOnlyList<RegistryResource> resources) => resources is [var only]
        ? ToNode(only)
        : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. resources.Select(ToNode)]) };

    private static JsonNode? ToNode(RegistryResource resource) => JsonSerializer.SerializeToNode(resource, RegistryJson.Resource);
}
