namespace RegistryOperator.Kubernetes.Resources;

/// <summary>All resources of a type, as they were at one moment.</summary>
/// <param name="Items">The resources.</param>
/// <param name="ResourceVersion">The moment: a watch from here misses nothing and repeats nothing.</param>
/// <param name="Malformed">The objects that the model refuses: they exist, but can't be read.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion, IReadOnlyList<MalformedResource> Malformed);

/// <summary>
/// An object that its model refuses, e.g. for a string where a number should be. It happens when objects were stored under an older schema, and
/// concerns that object alone.
/// </summary>
/// <param name="Key">Which object; null where not even that can be read.</param>
/// <param name="ResourceVersion">The object's version, if it can be read.</param>
/// <param name="Error">What is wrong and where.</param>
public sealed record MalformedResource(ResourceKey? Key, string? ResourceVersion, string Error);
