using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>
/// The guard of a plugin's <see cref="IRegistryClient"/>: what it gives for a digest is verified here, whatever it has verified itself, before the host or
/// a scanner sees it, and who is cancelled does not wait for it. Its exceptions are left as they are.
/// </summary>
internal sealed class GuardedRegistryClient(IRegistryClient client) : IRegistryClient
{
    public RepositoryReference Repository { get; } = client.Repository;

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) =>
        PluginCall.ListAsync(() => client.ListTagsAsync(cancellationToken), cancellationToken);

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        var resolved = await PluginCall.RunAsync(() => client.ResolveAsync(reference, cancellationToken), cancellationToken);
        if (!Digest.TryParse(reference, out var asked) || resolved.Digest == asked) return resolved;
        throw new RegistryException(RegistryErrorKind.DigestMismatch, $"{Repository} answers for {reference} with {resolved.Digest}.");
    }

    public async Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) =>
        (await PluginCall.RunAsync(() => client.ReadVerifiedAsync(reference, cancellationToken), cancellationToken)).Manifest;

    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        (await PluginCall.RunAsync(() => client.ReadVerifiedAsync(blob, maximumSize, cancellationToken), cancellationToken)).Bytes;

    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var content = await PluginCall.RunAsync(() => client.OpenBlobAsync(blob, cancellationToken), late => late.Dispose(), cancellationToken);
        return PluginStream.Open(content, blob, Repository);
    }

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        PluginCall.ListAsync(() => client.ListReferrersAsync(subject, artifactType, cancellationToken), cancellationToken);
}
