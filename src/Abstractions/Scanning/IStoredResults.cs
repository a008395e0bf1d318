using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Reads the latest results of a resource's images, whichever scanner made them. Null means no result, not that nothing was found.</summary>
public interface IStoredResults
{
    /// <summary>All vulnerabilities of an image, of every severity.</summary>
    /// <param name="image">The digest of a platform's manifest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<StoredResult<IReadOnlyList<Vulnerability>>?> FindVulnerabilitiesAsync(Digest image, CancellationToken cancellationToken);

    /// <summary>The SBOM of an image.</summary>
    /// <param name="image">The digest of a platform's manifest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<StoredResult<Sbom>?> FindSbomAsync(Digest image, CancellationToken cancellationToken);

    /// <summary>The provenance of an image.</summary>
    /// <param name="image">The digest of a platform's manifest, or of what the tag names.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<StoredResult<BuildProvenance>?> FindProvenanceAsync(Digest image, CancellationToken cancellationToken);
}

/// <summary>A result and where it comes from.</summary>
/// <param name="Value">The result.</param>
/// <param name="Scanner">The name of the scanner that made it.</param>
/// <param name="Created">When it was made.</param>
public sealed record StoredResult<T>(T Value, string Scanner, DateTimeOffset Created)
{
    /// <summary>The versions of the scanner, its tool and its database in one text: results with the same text can be compared. Null where it is not
    /// known.</summary>
    public string? Versions { get; init; }

    /// <summary>True where the scanner recognised no packages in the image: that nothing was found then says nothing, and
    /// a comparison with an image in which it recognised something neither.</summary>
    public bool IsNothingRecognized { get; init; }
}
