using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Client;

/// <summary>Reads one repository over the OCI distribution API. It owns no connection, so it need not be disposed.</summary>
internal sealed class OciRegistryClient(
    RepositoryReference repository,
    TagReader tags,
    ManifestReader manifests,
    BlobReader blobs,
    ReferrersReader referrers,
    LimitsReader limits,
    CredentialChain credentials) : IReferrersClient, IBoundedManifestClient, IRegistryLimits, IChosenCredential
{
    public RepositoryReference Repository => repository;

    public RegistryLimits Limits => limits.Read();

    public RegistryCredential ChosenCredential => credentials[credentials.Current].Credential;

    public int InvalidTags => tags.InvalidTags;

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => tags.ListAsync(cancellationToken);

    public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => manifests.ResolveAsync(reference, cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => manifests.GetAsync(reference, cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, long maximumSize, CancellationToken cancellationToken) =>
        manifests.GetAsync(reference, maximumSize, cancellationToken);

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        blobs.ReadAsync(blob, maximumSize, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => blobs.OpenAsync(blob, cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        referrers.ListAsync(subject, artifactType, cancellationToken);

    public IAsyncEnumerable<Referrer> ListReferrersAsync(Digest subject, Func<string, bool> mayHaveTag, CancellationToken cancellationToken) =>
        referrers.ListAsync(subject, artifactType: null, mayHaveTag, cancellationToken);
}
