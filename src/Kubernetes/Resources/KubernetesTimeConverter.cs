using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// Times in the form of Kubernetes' <c>metav1.Time</c>: RFC 3339 in UTC with whole seconds, <c>2026-01-31T12:00:00Z</c>. Fractions and other
/// offsets are read, and written in that form: any other would make an object that was read and written back look changed.
/// </summary>
public sealed class KubernetesTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int Length = 20;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time
            : throw new JsonException(
                $"'{(reader.TokenType == JsonTokenType.String ? reader.GetString() : reader.TokenType)}' is not a time; " +
                "expected RFC 3339, e.g. 2030-01-31T12:00:00Z.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        value.UtcDateTime.TryFormat(text, out _, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text);
    }
}
