namespace RegistryOperator.Reports;

/// <summary>The name of a resource that has images, wherever the caller keeps its resources.</summary>
/// <param name="Namespace">The namespace; empty where there is none.</param>
/// <param name="Name">The name within the namespace.</param>
public readonly record struct ResourceName(string Namespace, string Name)
{
    /// <summary><c>namespace/name</c>, or <c>name</c> without a namespace. Reports and searches are in the ordinal order of this text.</summary>
    public override string ToString() => string.IsNullOrEmpty(Namespace) ? Name ?? "" : $"{Namespace}/{Name}";
}
