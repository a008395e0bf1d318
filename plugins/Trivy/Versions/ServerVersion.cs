using System.Text.Json.Serialization;
using RegistryOperator.Plugins.Trivy.Databases;

namespace RegistryOperator.Plugins.Trivy.Versions;

/// <summary>What a Trivy server answers at <c>/version</c>.</summary>
internal sealed record ServerVersion
{
    public string? Version { get; init; }

    [JsonPropertyName("VulnerabilityDB")]
    public DatabaseMetadata? Database { get; init; }
}

[JsonSerializable(typeof(ServerVersion))]
internal sealed partial class ServerVersionJson : JsonSerializerContext;
