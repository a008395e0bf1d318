using System.Runtime.CompilerServices;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace Fixtures.OlderContract;

/// <summary>Knows the password of the user that the Secret names.</summary>
internal sealed class TeamAuthenticator : IRegistryAuthenticator
{
    public string Name => "team";

    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken)
    {
        if (request.Secret is not { } secret) return ValueTask.FromResult<RegistryCredential?>(null);
        var user = Encoding.UTF8.GetString(secret.Data[request.UsernameKey].Span);
        return ValueTask.FromResult<RegistryCredential?>(new RegistryCredential.UsernamePassword(user, $"{user} of {request.Repository.Name}"));
    }
}

internal sealed class MemoryProvider : IRegistryClientProvider
{
    public string Name => "memory";

    public bool CanServe(Uri registry) => registry.Scheme == "memory";

    public IRegistryClient CreateClient(RegistryClientRequest request) => new MemoryClient(request.Repository);
}

/// <summary>A repository with one image of one layer.</summary>
internal sealed class MemoryClient(RepositoryReference repository) : IRegistryClient
{
    private static readonly byte[] Content =
        """{"layers":[{"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}"""u8.ToArray();

    public RepositoryReference Repository => repository;

    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return "1.0";
    }

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        (await GetManifestAsync(reference, cancellationToken)).ToDescriptor();

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) =>
        Task.FromResult(new Manifest { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Content), Content = Content });

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        throw new RegistryException(RegistryErrorKind.NotFound, $"There is no blob {blob.Digest}.");

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        throw new RegistryException(RegistryErrorKind.NotFound, $"There is no blob {blob.Digest}.");

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<Descriptor>();
}
