namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// The type of a line of a watch (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/>).
/// </summary>
public enum WatchEventType
{
    /// <summary>The resource was created, or existed when the watch began.</summary>
    Added,

    /// <summary>The resource changed.</summary>
    Modified,

    /// <summary>The resource is gone. The event holds its last state, or what is wrong with that where the model refuses it.</summary>
    Deleted,

    /// <summary>
    /// Nothing changed up to a resource version (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks"/>).
    /// </summary>
    Bookmark,

    /// <summary>A resource that its model refuses was created or changed.</summary>
    Malformed,
}

/// <summary>One event of a watch. The server's ERROR events are not here: they end the watch with an exception.</summary>
/// <param name="Type">What happened.</param>
/// <param name="ResourceVersion">From where a later watch continues; null where it can't be read.</param>
/// <param name="Resource">The resource; null for a bookmark and where the model refuses it.</param>
/// <param name="Malformed">What is wrong with an object that the model refuses.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, string? ResourceVersion, T? Resource = null, MalformedResource? Malformed = null)
    where T : class, IKubernetesResource;
