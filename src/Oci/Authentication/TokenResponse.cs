using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization;

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
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? OAuthToken { get; init; }

    [JsonPropertyName("token_type")]
    public string? Type { get; init; }

    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }

    // A string, because some servers send no valid date: it can only shorten the lifetime, so it must not fail the response.
    [JsonPropertyName("issued_at")]
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

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(TokenResponse))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
