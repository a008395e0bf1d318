using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Provenance.Tests.Support;

/// <summary>A client that passes everything on, but for what a test changes.</summary>
internal class PassingClient(IRegistryClient client) : IRegistryClient
{
    public RepositoryReference Repository => client.Repository;

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => client.ListTagsAsync(cancellationToken);

    public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => client.ResolveAsync(reference, cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => client.GetManifestAsync(reference, cancellationToken);

    public virtual Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        client.ReadBlobAsync(blob, maximumSize, cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => client.OpenBlobAsync(blob, cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        client.ListReferrersAsync(subject, artifactType, cancellationToken);
}

/// <summary>Answers for one blob with what the client does where a digest is wrong.</summary>
internal sealed class LyingClient(IRegistryClient client, Digest digest) : PassingClient(client)
{
    public override Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) => blob.Digest == digest
        ? throw new RegistryException(RegistryErrorKind.DigestMismatch, "The blob has another digest.")
        : base.ReadBlobAsync(blob, maximumSize, cancellationToken);
}

/// <summary>Fails every blob.</summary>
internal sealed class FailingClient(IRegistryClient client, RegistryException failure) : PassingClient(client)
{
    public override Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) => throw failure;
}
