using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// An image configuration, OCI or Docker
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md"/>).
/// </summary>
public sealed record ImageConfiguration
{
    /// <summary>When the image was created; absent from some images and the epoch or year 1 in reproducible ones.</summary>
    [JsonPropertyName("created")]
    [JsonConverter(typeof(LenientTimeConverter))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>Name or address of the author.</summary>
    [JsonPropertyName("author")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Author { get; init; }

    /// <summary>Operating system.</summary>
    [JsonPropertyName("os")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Os { get; init; }

    /// <summary>Processor architecture.</summary>
    [JsonPropertyName("architecture")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Architecture { get; init; }

    /// <summary>Variant of the architecture.</summary>
    [JsonPropertyName("variant")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Variant { get; init; }

    /// <summary>What a container of the image is started with.</summary>
    [JsonPropertyName("config")]
    public ContainerConfiguration? Config { get; init; }
}

/// <summary>What a container is started with. Names are Docker's, in upper camel case.</summary>
public sealed record ContainerConfiguration
{
    /// <summary>User or UID, with an optional group.</summary>
    [JsonPropertyName("User")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? User { get; init; }

    /// <summary>Working directory.</summary>
    [JsonPropertyName("WorkingDir")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? WorkingDirectory { get; init; }

    /// <summary>Entry point.</summary>
    [JsonPropertyName("Entrypoint")]
    [JsonConverter(typeof(LenientTextsConverter))]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Default arguments.</summary>
    [JsonPropertyName("Cmd")]
    [JsonConverter(typeof(LenientTextsConverter))]
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Environment, each <c>NAME=value</c>. Values may be secrets: only the names may leave the process.</summary>
    [JsonPropertyName("Env")]
    [JsonConverter(typeof(LenientTextsConverter))]
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Ports, each <c>port[/protocol]</c> as a key; the values are empty objects.</summary>
    [JsonPropertyName("ExposedPorts")]
    [JsonConverter(typeof(LenientNamesConverter))]
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }

    /// <summary>Labels.</summary>
    [JsonPropertyName("Labels")]
    [JsonConverter(typeof(LenientTextMapConverter))]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
