using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.RegistryAuth;

public sealed class SecretAuthenticator : IRegistryAuthenticator
{
    public string Name => "registry-auth";

    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) => default;
}
