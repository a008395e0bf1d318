using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public sealed class GuardedAuthenticatorTests
{
    [Fact]
    public async Task GetCredential_AuthenticatorThatThrowsASecret_KeepsItIn()
    {
        var request = new RegistryAuthenticationRequest { Repository = new RepositoryReference(new Uri("https://registry.example"), "app") };

        var exception = await Should.ThrowAsync<CredentialException>(async () =>
            await new GuardedAuthenticator(new Leaky()).GetCredentialAsync(request, TestContext.Current.CancellationToken));

        exception.ToString().ShouldNotContain("hunter2");
        exception.Message.ShouldBe("Authenticator 'vault' failed (FormatException): look at its plugin's documentation.");
    }

    private sealed class Leaky : IRegistryAuthenticator
    {
        public string Name => "vault";

        public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
            throw new FormatException("'hunter2' is no token.");
    }
}
