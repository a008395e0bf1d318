using System.Collections.Frozen;
using System.Text.Json;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Transport;

/// <summary>The error code and message that a registry or token server sent.</summary>
internal readonly record struct ErrorDetail(string? Code, string? Message)
{
    // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
    private static readonly FrozenSet<string> SpecifiedCodes = FrozenSet.Create(
        StringComparer.Ordinal,
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN",
        "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS");

    private const int MaximumBytes = 64 * 1024;
    private const int MaximumText = 200;

    /// <summary>True where the message says that what was sent has expired; told before it is masked.</summary>
    public bool IsExpired { get; private init; }

    /// <summary>The code where it is one of the specification, and nothing else of what was said.</summary>
    public ErrorDetail CodeAlone() => new(Code is not null && SpecifiedCodes.Contains(Code) ? Code : null, null);

    /// <summary>
    /// Reads the body of an error response, which also frees its connection. A body that is too large, incomplete, badly compressed or not JSON
    /// gives no detail: the status suffices then, and HTML does not belong in a message.
    /// </summary>
    public static async ValueTask<ErrorDetail> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken, Func<string, string>? conceal = null)
    {
        try
        {
            using var body = await BoundedBody.ReadPooledAsync(response.Content, MaximumBytes, cancellationToken);
            return Parse(body.Span, conceal);
        }
        catch (Exception e) when (
            e is BodyTooLargeException or IOException or HttpRequestException or InvalidDataException && !cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    /// <summary>
    /// The first of the registry's errors (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"/>),
    /// an OAuth error (<see href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2"/>), or the <c>message</c> and <c>details</c> of others.
    /// </summary>
    public static ErrorDetail Parse(ReadOnlySpan<byte> body, Func<string, string>? conceal = null)
    {
        if (body.IndexOf((byte)'{') < 0) return default;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return default;
            if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            {
                foreach (var error in errors.EnumerateArray())
                {
                    if (error.ValueKind != JsonValueKind.Object) continue;
                    return new ErrorDetail(Text(error, "code", conceal), Text(error, "message", conceal)) { IsExpired = SaysExpired(error, "message") };
                }
            }

            return new ErrorDetail(
                Text(root, "error", conceal),
                Text(root, "error_description", conceal) ?? Text(root, "message", conceal) ?? Text(root, "details", conceal))
            {
                IsExpired = SaysExpired(root, "error_description") || SaysExpired(root, "message") || SaysExpired(root, "details"),
            };
        }
        catch (Exception e) when (JsonText.IsFault(e))
        {
            return default;
        }
    }

    /// <summary>The detail in brackets, to be appended to a sentence; empty where there is none.</summary>
    public override string ToString() => (Code, Message) switch
    {
        (null, null) => "",
        ({ } code, null) => $" ({code})",
        (null, { } message) => $" ({message})",
        var (code, message) => $" ({code}: {message})",
    };

    private static bool SaysExpired(JsonElement element, string property) =>
        Value(element, property)?.Contains("expired", StringComparison.OrdinalIgnoreCase) is true;

    private static string? Text(JsonElement element, string property, Func<string, string>? conceal) =>
        Value(element, property) is { } text ? Clean(text, conceal) : null;

    /// <summary>Null for what is no text, too: some servers write Latin-1.</summary>
    private static string? Value(JsonElement element, string property)
    {
        if (!element.TryGetProperty(property, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Masked first: of a secret that is cut in half, or whose spaces are gone, the rest would not be found.</summary>
    private static string? Clean(string text, Func<string, string>? conceal) =>
        OutsideText.Of(text, MaximumText, conceal).ToString() is { Length: > 0 } clean ? clean : null;
}
