using Microsoft.AspNetCore.Http;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>An error code of the specification
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"/>) and its HTTP status.</summary>
internal sealed record RegistryError(int Status, string Code, string Message)
{
    public static readonly RegistryError BlobUnknown = new(StatusCodes.Status404NotFound, "BLOB_UNKNOWN", "blob unknown to registry");
    public static readonly RegistryError BlobUploadUnknown = new(StatusCodes.Status404NotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
    public static readonly RegistryError DigestInvalid = new(
        StatusCodes.Status400BadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content");
    public static readonly RegistryError ManifestBlobUnknown = new(
        StatusCodes.Status404NotFound, "MANIFEST_BLOB_UNKNOWN", "manifest references a manifest or blob unknown to registry");
    public static readonly RegistryError ManifestInvalid = new(StatusCodes.Status400BadRequest, "MANIFEST_INVALID", "manifest invalid");
    public static readonly RegistryError ManifestUnknown = new(StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", "manifest unknown to registry");
    public static readonly RegistryError NameInvalid = new(StatusCodes.Status400BadRequest, "NAME_INVALID", "invalid repository name");
    public static readonly RegistryError NameUnknown = new(StatusCodes.Status404NotFound, "NAME_UNKNOWN", "repository name not known to registry");
    public static readonly RegistryError PageInvalid = new(StatusCodes.Status400BadRequest, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
    public static readonly RegistryError Unauthorized = new(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "authentication required");
    public static readonly RegistryError Unsupported = new(StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED", "the operation is unsupported");
    public static readonly RegistryError TooManyRequests = new(StatusCodes.Status429TooManyRequests, "TOOMANYREQUESTS", "too many requests");

    public Task WriteAsync(HttpContext context) => WriteAsync(context, Status);

    public Task WriteAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var body = ToJson();
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private byte[] ToJson() => OciWriter.Write(json =>
    {
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("code", Code);
        json.WriteString("message", Message);
        json.WriteEndObject();
        json.WriteEndArray();
    });
}
