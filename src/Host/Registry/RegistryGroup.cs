namespace RegistryOperator.Host.Registry;

/// <summary>The names under which Kubernetes knows the custom resource, each once.</summary>
internal static class RegistryGroup
{
    public const string Name = "registry.kubecontroller.io";
    public const string Version = "v1alpha1";
    public const string ApiVersion = Name + "/" + Version;
    public const string Kind = "Registry";
    public const string Plural = "registries";

    /// <summary>Delays the deletion of a resource until the operator has removed what it stores about it.</summary>
    public const string Finalizer = Name + "/finalizer";

    /// <summary>What the names of the group's annotations begin with.</summary>
    public const string AnnotationPrefix = Name + "/";

    /// <summary>An annotation: any new value, by convention the time, asks for a scan now.</summary>
    public const string ScanRequestedAnnotation = Name + "/scan-requested-at";

    /// <summary>The namespace of a resource that names none, as with kubectl.</summary>
    public const string DefaultNamespace = "default";
}
