using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Looks at all images of one resource together.</summary>
public interface IRegistryScanner : IScanner
{
    /// <summary>Scans.</summary>
    /// <param name="request">The resource's images.</param>
    /// <param name="cancellationToken">The deadline and the shutdown.</param>
    /// <exception cref="ScanException">There is no result, for a reason the user reads.</exception>
    Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken);
}

/// <summary>The images of one resource.</summary>
public sealed record RegistryScanRequest
{
    /// <summary>The repository.</summary>
    public required RepositoryReference Repository { get; init; }

    /// <summary>The images that passed the resource's filter, in its order.</summary>
    public required IReadOnlyList<TaggedImage> Images { get; init; }

    /// <summary>Reads the repository.</summary>
    public required IRegistryClient Client { get; init; }

    /// <summary>The resource's options for this scanner, an instance of <see cref="ScannerDescriptor.OptionsType"/>; null where it has none.</summary>
    public object? Options { get; init; }
}

/// <summary>A tag and the image it names.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">The digest of the manifest or index it names.</param>
/// <param name="Created">When the image was created, where it says so.</param>
/// <param name="Size">Bytes of configuration and layers.</param>
public sealed record TaggedImage(string Tag, Digest Digest, DateTimeOffset? Created, long Size);

/// <summary>What was found over all images of a resource.</summary>
public record RegistryScanResult
{
    /// <summary>The verdict in one word or phrase.</summary>
    public required string Result { get; init; }

    /// <summary>A few named figures or phrases. The host cuts what is too long.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
