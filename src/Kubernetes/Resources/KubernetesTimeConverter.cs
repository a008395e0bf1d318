using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// Writes times as the API server does: RFC 3339 in UTC with whole seconds, <c>2026-01-31T12:00:00Z</c>. Any other form would make an
/// object that was read and written back look changed.
/// </summary>
public sealed class KubernetesTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[20];
        value.UtcDateTime.TryFormat(text, out var written, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}
