namespace RegistryOperator.Kubernetes.Informers;

/// <summary>The state of an informer, for readiness and messages.</summary>
public sealed record InformerState
{
    /// <summary>True once all resources were listed for the first time.</summary>
    public bool HasSynced { get; init; }

    /// <summary>
    /// When the server last sent anything; null for never. A watch without changes gets a bookmark about once a minute, and is renewed.
    /// </summary>
    public DateTimeOffset? LastContact { get; init; }

    /// <summary>How many attempts failed in a row since then.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Why the last attempt failed, a sentence for the user; null while all is well.</summary>
    public string? Error { get; init; }

    /// <summary>True where it failed because the CustomResourceDefinition is not installed. The informer retries until it is.</summary>
    public bool IsSchemaMissing { get; init; }
}
