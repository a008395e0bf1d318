using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Registries;

/// <summary>
/// Reads one repository of one registry. Handed to plugins, so that none opens its own connection: requests of all clients of a host
/// share its budget, tokens and connections. Every failure is a <see cref="RegistryException"/>; every method is safe for concurrent use.
/// </summary>
public interface IRegistryClient
{
    /// <summary>The repository this client reads.</summary>
    RepositoryReference Repository { get; }

    /// <summary>
    /// All tags, in the registry's order, page after page. The sequence throws where a page can't be read: the tags before it are then
    /// an incomplete list, from which no absence may be concluded.
    /// </summary>
    IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken);

    /// <summary>Resolves a tag or digest to the descriptor of its manifest, without reading it (one HEAD request where the registry allows).</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Reads a manifest or index, at most 4 MiB; its digest is verified.</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Reads a whole blob into memory; its digest and size are verified.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="maximumSize">The largest size accepted, in bytes; a larger blob fails with <see cref="RegistryErrorKind.TooLarge"/>
    /// before it is read.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a blob as a stream, for content that should not be held in memory. The stream throws at its end where the digest differs.
    /// The caller disposes it.
    /// </summary>
    Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <summary>
    /// The referrers of a manifest, by the Referrers API or, where the registry lacks it, by the fallback tag
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"/>).
    /// </summary>
    /// <param name="subject">The digest of the manifest referred to.</param>
    /// <param name="artifactType">Only referrers whose descriptor has this type; null for all. Descriptors of fallback indexes often lack
    /// the right type: pass null and look at the manifests where completeness matters.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken);
}
