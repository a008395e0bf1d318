using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// A partial change to a resource (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply"/>).
/// </summary>
public sealed class Patch
{
    private Patch(string mediaType, JsonNode content, bool isIdempotent)
    {
        MediaType = mediaType;
        Body = JsonSerializer.SerializeToUtf8Bytes(content, PatchJsonContext.Default.JsonNode);
        IsIdempotent = isIdempotent;
    }

    internal string MediaType { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    internal bool IsIdempotent { get; }

    /// <summary>
    /// A JSON merge patch: fields given replace, null removes, lists are replaced whole (<see href="https://www.rfc-editor.org/rfc/rfc7396"/>). With
    /// <c>metadata.resourceVersion</c> it fails with a conflict where the resource changed meanwhile.
    /// </summary>
    public static Patch Merge(JsonObject content) => new(MediaTypes.MergePatch, content, isIdempotent: true);

    /// <summary>
    /// A JSON patch: operations in order, all or none; a failed <c>test</c> is refused with 422 (<see href="https://www.rfc-editor.org/rfc/rfc6902"/>).
    /// It is not retried after a broken connection, since it is not idempotent.
    /// </summary>
    public static Patch Operations(params JsonObject[] operations) => new(MediaTypes.JsonPatch, new JsonArray([.. operations]), isIdempotent: false);
}
