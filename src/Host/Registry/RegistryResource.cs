using System.Text.Json.Serialization;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Registry;

/// <summary>
/// The custom resource <c>Registry</c>: one repository to scan and what was found in it.
/// <para>
/// Lists and maps are never null here, and not written when empty. They are declared <c>get => field ?? []</c> rather than with an initialiser,
/// because the JSON source generator sets every init-only property, to null where the document has none. For the same reason extension data
/// alone has a setter: the generator would make an init-only one a parameter of the constructor, which it then refuses.
/// </para>
/// </summary>
internal sealed record RegistryResource : IKubernetesResource
{
    /// <summary>The group, version and plural of the resources in the API.</summary>
    public static ResourceType<RegistryResource> ResourceType { get; } =
        new(RegistryGroup.Name, RegistryGroup.Version, RegistryGroup.Plural, RegistryJson.Resource);

    /// <summary>Items of a Kubernetes list leave it out.</summary>
    public string ApiVersion { get => field ?? RegistryGroup.ApiVersion; init; }

    /// <summary>Items of a Kubernetes list leave it out.</summary>
    public string Kind { get => field ?? RegistryGroup.Kind; init; }

    public ObjectMeta Metadata { get => field ?? NoMetadata; init; }

    public RegistrySpec Spec { get => field ?? NoSpec; init; }

    public RegistryStatus? Status { get; init; }

    /// <summary><c>namespace/name</c>, as logs and reports call the resource.</summary>
    [JsonIgnore]
    public string FullName => $"{Metadata.Namespace ?? RegistryGroup.DefaultNamespace}/{Metadata.Name}";

    private static ObjectMeta NoMetadata { get; } = new();

    private static RegistrySpec NoSpec { get; } = new();
}
