namespace RegistryOperator.Kubernetes.Client;

/// <summary>Timeouts, retries and identity of requests to the API server.</summary>
public sealed record ClientOptions
{
    /// <summary>
    /// The program's name and version, e.g. <c>my-operator/1.2</c>: the name is what <c>managedFields</c> and audit logs show; null for KubernetesClient's.
    /// </summary>
    public string? UserAgent { get; init; }

    /// <summary>The longest time of one attempt, from sending to the last byte; default 30 s. Watches have their own.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time to connect, with TLS; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idempotent request is retried after a transient error; default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The wait before the first retry; doubles with each, with jitter; default 250 ms. A server's <c>Retry-After</c> is obeyed instead.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest <c>Retry-After</c> obeyed: for a longer one the error is thrown at once; default 30 s.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(30);
}
