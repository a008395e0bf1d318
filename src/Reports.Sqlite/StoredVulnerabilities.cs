using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>The vulnerabilities of a report as a document of the store's own, which is not shown among the report's documents.</summary>
internal static partial class StoredVulnerabilities
{
    public const string MediaType = "application/vnd.registry-operator.vulnerabilities+json";

    public static byte[] Write(IReadOnlyList<Vulnerability> vulnerabilities) =>
        JsonSerializer.SerializeToUtf8Bytes(vulnerabilities, VulnerabilitiesContext.Default.IReadOnlyListVulnerability);

    public static IReadOnlyList<Vulnerability> Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, VulnerabilitiesContext.Default.IReadOnlyListVulnerability) ?? [];

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(IReadOnlyList<Vulnerability>))]
    private sealed partial class VulnerabilitiesContext : JsonSerializerContext;
}
