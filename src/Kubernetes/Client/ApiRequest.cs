namespace RegistryOperator.Kubernetes.Client;

/// <summary>A request to the API server.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, relative to the server's address.</param>
/// <param name="Operation">What is asked, for errors: <c>list secrets in namespace default</c>.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, string Operation)
{
    /// <summary>The content; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The content's media type.</summary>
    public string MediaType { get; init; } = MediaTypes.Json;

    /// <summary>True where sending it twice has the same effect as once: it is retried after any transient error.</summary>
    public bool IsIdempotent { get; init; } = true;
}

/// <summary>Media types of the API (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply"/>).</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string JsonPatch = "application/json-patch+json";
    public const string MergePatch = "application/merge-patch+json";
}
