namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>A component of the document, and what it depends on.</summary>
internal sealed class Component(string type, string name)
{
    private List<Component>? _dependencies;

    /// <summary>The type, as CycloneDX names it.</summary>
    public string Type => type;

    public string Name => name;

    public string? Group { get; init; }

    public string? Version { get; init; }

    public string? PackageUrl { get; init; }

    public string? Supplier { get; init; }

    /// <summary>The digest of the package's file, <c>algorithm:hex</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>As the report has them.</summary>
    public IReadOnlyList<string> Licenses { get; init; } = [];

    /// <summary>Trivy's own properties, in order, without its prefix.</summary>
    public IReadOnlyList<(string Name, string Value)> Properties { get; init; } = [];

    /// <summary>The reference that another document gave it, which this one keeps where it can.</summary>
    public string? GivenReference { get; init; }

    /// <summary>The reference, unique in the document.</summary>
    public string Reference { get; set; } = "";

    /// <summary>What it depends on; empty for nothing, null where nothing is known.</summary>
    public IReadOnlyList<Component>? Dependencies => _dependencies;

    /// <summary>Says what it depends on; without any, that there is nothing.</summary>
    public void DependsOn(params ReadOnlySpan<Component> components)
    {
        _dependencies ??= [];
        foreach (var component in components) _dependencies.Add(component);
    }
}
