using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Reads what is already known about the image of a request, from the report store.</summary>
public interface IImageReports
{
    /// <summary>The latest report of a scanner over this image, or null where there is none.</summary>
    Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken);

    /// <summary>The image's SBOM, whichever scanner made it, or null where there is none. A scanner that needs one lists
    /// <see cref="ScannerKind.Sbom"/> in <see cref="ScannerDescriptor.Needs"/>.</summary>
    Task<Sbom?> FindSbomAsync(CancellationToken cancellationToken);
}

/// <summary>A report in the store.</summary>
public sealed record ImageReport
{
    /// <summary>Version of the tool that made it.</summary>
    public string? ToolVersion { get; init; }

    /// <summary>Version of the database it was made with.</summary>
    public string? DatabaseVersion { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Its documents.</summary>
    public required IReadOnlyList<ReportDocument> Documents { get; init; }
}
