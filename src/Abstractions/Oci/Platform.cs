using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// The platform an image runs on, written <c>os/architecture[/variant]</c>
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions"/>).
/// </summary>
public sealed record Platform
{
    private const string UnknownPart = "unknown";

    /// <summary>Operating system, in Go's names: <c>linux</c>, <c>windows</c>…</summary>
    [JsonPropertyName("os")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string Os { get; init; } = "";

    /// <summary>Processor architecture, in Go's names: <c>amd64</c>, <c>arm64</c>…</summary>
    [JsonPropertyName("architecture")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string Architecture { get; init; } = "";

    /// <summary>Variant of the architecture, e.g. <c>v8</c>.</summary>
    [JsonPropertyName("variant")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Variant { get; init; }

    /// <summary>Version of the operating system, used by Windows images.</summary>
    [JsonPropertyName("os.version")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? OsVersion { get; init; }

    /// <summary>True for <c>unknown/unknown</c>, which builders write for attestations, and for an empty platform.</summary>
    [JsonIgnore]
    public bool IsUnknown => Os is "" or UnknownPart || Architecture is "" or UnknownPart;

    /// <summary>Parses <c>os/architecture[/variant]</c>.</summary>
    /// <exception cref="FormatException">The text has fewer than two or more than three parts, or an empty one.</exception>
    public static Platform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        if (parts.Length is < 2 or > 3 || Array.Exists(parts, string.IsNullOrWhiteSpace))
            throw new FormatException($"'{text}' is not a platform: expected 'os/architecture' or 'os/architecture/variant', e.g. linux/arm64/v8.");
        return new Platform { Os = parts[0], Architecture = parts[1], Variant = parts.Length == 3 ? parts[2] : null };
    }

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(Variant) ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
