using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// Where a type of resource is in the API, and how it is read
/// (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris"/>).
/// </summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The API version, e.g. <c>v1</c>.</param>
/// <param name="Plural">The resource's plural name, e.g. <c>secrets</c>.</param>
/// <param name="Json">How one object is read and written; its context should not write nulls.</param>
/// <param name="IsNamespaced">False for a cluster-scoped type.</param>
public sealed record ResourceType<T>(string Group, string Version, string Plural, JsonTypeInfo<T> Json, bool IsNamespaced = true)
    where T : class, IKubernetesResource
{
    /// <summary>The name of the type's CustomResourceDefinition, also for messages: <c>secrets</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary><c>v1</c> or <c>group/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The path of a collection, relative to the server's address.</summary>
    /// <param name="ns">The namespace; null or empty for all.</param>
    public string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        return IsNamespaced && !string.IsNullOrEmpty(ns) ? $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}" : $"{root}/{Plural}";
    }

    /// <summary>The path of one resource, relative to the server's address.</summary>
    /// <param name="key">Which resource.</param>
    /// <param name="subresource">E.g. <c>status</c>; null for the resource itself.</param>
    /// <exception cref="ArgumentException">The key has no name, or no namespace where the type needs one.</exception>
    public string ResourcePath(ResourceKey key, string? subresource = null)
    {
        // Without this check, an empty name would turn a delete of one resource into one of the whole collection.
        ArgumentException.ThrowIfNullOrEmpty(key.Name, nameof(key));
        if (IsNamespaced) ArgumentException.ThrowIfNullOrEmpty(key.Namespace, nameof(key));

        var path = $"{CollectionPath(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}
