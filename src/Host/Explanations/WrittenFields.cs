using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry;

namespace RegistryOperator.Host.Explanations;

/// <summary>Tells which fields a resource writes, and for which a default holds.</summary>
internal sealed class WrittenFields
{
    private const string Spec = "spec.";

    private readonly JsonNode? _resource;

    public WrittenFields(RegistryResource resource) => _resource = JsonSerializer.SerializeToNode(resource with { Status = null }, RegistryJson.Resource);

    /// <summary>The steps, with a mark on the decisions of fields that are not written.</summary>
    public IReadOnlyList<DecisionStep> Mark(IReadOnlyList<DecisionStep> steps) => [.. steps.Select(Mark)];

    private DecisionStep Mark(DecisionStep step) => step with
    {
        Decision = step.Decision with { IsDefault = step.Decision.Field is { } field && IsOfSpec(field) && !IsWritten(field) },
        Steps = Mark(step.Steps),
    };

    private static bool IsOfSpec(string field) => field.StartsWith(Spec, StringComparison.Ordinal);

    /// <param name="field">E.g. <c>spec.scanners[0].options</c>.</param>
    private bool IsWritten(string field)
    {
        var node = _resource;
        foreach (var part in field.Split('.', '['))
        {
            node = node switch
            {
                JsonArray items when part.EndsWith(']') => int.TryParse(part[..^1], out var index) && index < items.Count ? items[index] : null,
                JsonObject map => map[part],
                _ => null,
            };
        }

        return node is not null;
    }
}
