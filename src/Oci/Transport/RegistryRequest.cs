using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Transport;

/// <summary>One request to the registry. It is immutable, so that a retry sends the same.</summary>
internal sealed record RegistryRequest(HttpMethod Method, Uri Url, RequestTarget Target)
{
    /// <summary>The <c>Accept</c> header, ready to send.</summary>
    public string? Accept { get; init; }

    /// <summary>The <c>If-None-Match</c> header, ready to send.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>The digest that the content must have, where the request names one.</summary>
    public Digest? Digest { get; init; }

    /// <summary>True where registries that allow a number of pulls count it as one.</summary>
    public bool IsPull => Target.Kind is RequestTargetKind.Manifest && Method == HttpMethod.Get;

    /// <summary>The bytes that the content must have, where they are known.</summary>
    public long? Size { get; init; }
}

internal enum RequestTargetKind
{
    Tags,
    Manifest,
    Blob,
    Referrers,
}

/// <summary>What a request is for, to be described in an error message.</summary>
internal readonly record struct RequestTarget(RequestTargetKind Kind, string Reference = "")
{
    public string Describe(string repository) => Kind switch
    {
        RequestTargetKind.Manifest => $"manifest '{Reference}' of repository '{repository}'",
        RequestTargetKind.Blob => $"blob {Reference} of repository '{repository}'",
        RequestTargetKind.Referrers => $"list of referrers of {Reference} in repository '{repository}'",
        _ => $"repository '{repository}'",
    };
}
