using RegistryOperator.Abstractions.Authentication;

namespace Fixtures.VaultAuth;

/// <summary>Takes the name of the built-in authenticator, and with it its place.</summary>
public sealed class VaultAuthenticator : IRegistryAuthenticator
{
    public string Name => "registry-auth";

    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RegistryCredential?>(new RegistryCredential.UsernamePassword("vault", "s3cret"));
}
