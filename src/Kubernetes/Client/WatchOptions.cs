namespace RegistryOperator.Kubernetes.Client;

/// <summary>What to watch.</summary>
public sealed record WatchOptions
{
    /// <summary>The resource version to start from: that of a list or of the last event.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// After how long the server ends the watch; default 5 min. The request asks for up to twice as long at random, as client-go does, so that the
    /// watches of many clients that began together do not end together.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How much longer than asked the watch may last before it counts as dead; default 1 min.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Called when the server has accepted the watch, which may be long before the first event.</summary>
    public Action? Opened { get; init; }
}
