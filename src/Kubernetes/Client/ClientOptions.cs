namespace RegistryOperator.Kubernetes.Client;

/// <summary>How the API server is asked, and how patiently.</summary>
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

    /// <summary>How often a request that may be repeated is tried again after a transient error; default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The wait before the first retry; doubles with each, with jitter; default 250 ms. A server's <c>Retry-After</c> is obeyed instead.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A server that asks to wait longer than this is not waited for: the error is told at once; default 30 s.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(30);
}
