namespace RegistryOperator.Abstractions.Scanning;

/// <summary>What a scanner finds. The four known kinds have sections of their own in a <c>Registry</c>; any other is listed in <c>spec.scanners</c>.</summary>
/// <param name="Name">Lower-case name.</param>
public readonly record struct ScannerKind(string Name)
{
    /// <summary>Known vulnerabilities in an image.</summary>
    public static ScannerKind Vulnerability { get; } = new("vulnerability");

    /// <summary>Software bill of materials of an image.</summary>
    public static ScannerKind Sbom { get; } = new("sbom");

    /// <summary>Signatures and build provenance of an image.</summary>
    public static ScannerKind Provenance { get; } = new("provenance");

    /// <summary>Running workloads compared with the tags of a repository.</summary>
    public static ScannerKind Drift { get; } = new("drift");

    /// <summary>Anything else, enabled by name in <c>spec.scanners</c>.</summary>
    public static ScannerKind Custom { get; } = new("custom");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
