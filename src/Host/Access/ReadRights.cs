using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Access;

/// <summary>
/// Which manifests an access has shown that it can read: the repository with its credentials, over a connection verified in its way. Resources share work,
/// never
/// rights: what others have read or found reaches a resource only after its own access has read that manifest, or was told by the registry that it may.
/// Shared by all resources; bounded, since what is forgotten costs one HEAD more.
/// </summary>
internal sealed class ReadRights(int capacity = ReadRights.DefaultCapacity)
{
    /// <summary>The manifests of a large installation, at some 200 bytes each.</summary>
    public const int DefaultCapacity = 100_000;

    private static readonly object Shown = new();

    private readonly BoundedCache<(string Access, Digest Manifest), object> _shown = new(capacity);
    private readonly SingleFlight<(string Access, Digest Manifest), bool> _asking = new();

    /// <summary>True where the access has read the manifest, or was told that it may.</summary>
    public bool Has(string access, Digest manifest) => _shown.Find((access, manifest)) is not null;

    /// <summary>The access has just read the manifest, or resolved a tag to it.</summary>
    public void Add(string access, Digest manifest) => _shown.Set((access, manifest), Shown);

    /// <summary>Asks the registry, once, by a HEAD. That a list of tags or an index names a digest shows nothing.</summary>
    /// <exception cref="RegistryException">The access can't read the manifest, or the registry gives no answer.</exception>
    public async Task ProveAsync(string access, IRegistryClient client, Digest manifest, CancellationToken cancellationToken)
    {
        if (Has(access, manifest)) return;
        await _asking.RunAsync(
            (access, manifest),
            async ends =>
            {
                if (Has(access, manifest)) return true;
                var found = await client.ResolveAsync(manifest.ToString(), ends);
                if (found.Digest != manifest)
                    throw new RegistryException(RegistryErrorKind.DigestMismatch, $"{client.Repository} answers for {manifest} with {found.Digest}.");
                Add(access, manifest);
                return true;
            },
            cancellationToken);
    }
}

/// <summary>The <see cref="ReadRights"/> of one access.</summary>
/// <param name="rights">Those of all.</param>
/// <param name="access">The access (<see cref="OpenedRegistry.Access"/>).</param>
internal sealed class AccessRights(ReadRights rights, string access)
{
    /// <inheritdoc cref="ReadRights.Has"/>
    public bool Has(Digest manifest) => rights.Has(access, manifest);

    /// <inheritdoc cref="ReadRights.Add"/>
    public void Add(Digest manifest) => rights.Add(access, manifest);

    /// <inheritdoc cref="ReadRights.ProveAsync"/>
    public Task ProveAsync(IRegistryClient client, Digest manifest, CancellationToken cancellationToken) =>
        rights.ProveAsync(access, client, manifest, cancellationToken);
}
