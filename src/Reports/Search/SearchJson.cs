using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Reports.Search;

/// <summary>A search hit for programs, the same on the command line and over HTTP.</summary>
internal sealed record SearchResult
{
    public required string Resource { get; init; }

    /// <summary><c>repository:tag</c>.</summary>
    public required string Image { get; init; }

    public required string Digest { get; init; }

    /// <summary>The platform's manifest.</summary>
    public string? PlatformDigest { get; init; }

    public string? Platform { get; init; }

    public required string Package { get; init; }

    public required string Version { get; init; }

    public required string Type { get; init; }

    public string? Vulnerability { get; init; }

    public string? FixedVersion { get; init; }

    /// <summary>Each <c>kind/namespace/name</c>.</summary>
    public required IReadOnlyList<string> Workloads { get; init; }
}

/// <summary>Writes search hits as a JSON list.</summary>
public static class SearchJson
{
    private static readonly SearchJsonContext Context = new(
        new JsonSerializerOptions(SearchJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The list, indented.</summary>
    public static string Write(IReadOnlyList<SearchHit> hits) => JsonSerializer.Serialize([.. hits.Select(ToResult)], Context.IReadOnlyListSearchResult);

    private static SearchResult ToResult(SearchHit hit) => new()
    {
        Resource = hit.Resource.ToString(),
        Image = $"{hit.Image.Repository}:{hit.Image.Tag}",
        Digest = hit.Image.Digest.ToString(),
        PlatformDigest = hit.Image.Platforms.TryGetValue(hit.Platform, out var digest) ? digest.ToString() : null,
        Platform = hit.Platform.Length > 0 ? hit.Platform : null,
        Package = hit.Package,
        Version = hit.Version,
        Type = hit.Type,
        Vulnerability = hit.Vulnerability,
        FixedVersion = hit.FixedVersion,
        Workloads = hit.Image.Workloads,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<SearchResult>))]
internal sealed partial class SearchJsonContext : JsonSerializerContext;
