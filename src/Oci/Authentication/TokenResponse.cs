using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// A token server's response (<see href="https://distribution.github.io/distribution/spec/auth/token/#token-response-fields"/>).
/// </summary>
internal sealed record TokenResponse
{
    /// <summary>The lifetime that the specification gives a token without <c>expires_in</c>.</summary>
    private const int DefaultLifetimeSeconds = 60;

    /// <summary>The longest lifetime accepted, whatever the server says.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(30);

    /// <summary>Longer ones fit into no header that servers take.</summary>
    private const int LongestToken = 64 * 1024;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("-._~+/0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    [JsonPropertyName("token")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? OAuthToken { get; init; }

    [JsonPropertyName("token_type")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? Type { get; init; }

    [JsonPropertyName("expires_in")]
    [JsonConverter(typeof(LenientNumberConverter))]
    public double? ExpiresIn { get; init; }

    // A string, because some servers send no valid date or a Unix time: it can only shorten the lifetime, so it must not fail the response.
    [JsonPropertyName("issued_at")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? IssuedAt { get; init; }

    /// <summary>
    /// The token, or null where the document has none of the form of one (<see href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1"/>): what else a
    /// server says must not be sent on to the registry that named it.
    /// </summary>
    public string? Value =>
        (string.IsNullOrEmpty(Token) ? OAuthToken : Token) is { } token && IsToken(token)
            && (Type is null || string.Equals(Type, "Bearer", StringComparison.OrdinalIgnoreCase))
            ? token
            : null;

    /// <summary>
    /// When to replace the token: before its expiry, by a tenth of its lifetime and at most 30 seconds. Time since its issue is subtracted, but
    /// never more than half the lifetime: with a clock skew, every token would look expired.
    /// </summary>
    public DateTimeOffset RefreshAt(DateTimeOffset now)
    {
        var seconds = ExpiresIn is > 0 ? Math.Min(ExpiresIn.Value, LongestLifetime.TotalSeconds) : DefaultLifetimeSeconds;
        var lifetime = TimeSpan.FromSeconds(seconds);
        var age = DateTimeOffset.TryParse(IssuedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var issued)
            ? now - issued
            : TimeSpan.Zero;
        age = TimeSpan.FromTicks(Math.Clamp(age.Ticks, 0, lifetime.Ticks / 2));
        var margin = TimeSpan.FromTicks(Math.Min(LongestMargin.Ticks, lifetime.Ticks / 10));
        return now + lifetime - age - margin;
    }

    private static bool IsToken(string token)
    {
        var unpadded = token.AsSpan().TrimEnd('=');
        return unpadded.Length > 0 && token.Length <= LongestToken && !unpadded.ContainsAnyExcept(TokenCharacters);
    }
}

/// <summary>Reads a text, and what is none as null: the token alone is needed, and no other member may fail the login.</summary>
internal sealed class LenientTextConverter : JsonConverter<string?>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String) return LenientJson.ReadString(ref reader);
        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a number, also as a text, and what is none as null.</summary>
internal sealed class LenientNumberConverter : JsonConverter<double?>
{
    /// <inheritdoc/>
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Number) return reader.TryGetDouble(out var number) ? number : null;
        if (reader.TokenType is JsonTokenType.String)
            return double.TryParse(LenientJson.ReadString(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var text) ? text : null;
        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

[JsonSerializable(typeof(TokenResponse))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
