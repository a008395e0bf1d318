using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>A repository that can be read, and what a tool needs that reads it by itself.</summary>
internal sealed class OpenedRegistry(IRegistryClient client, RegistryCredential credential, TransportSecurity security)
{
    public IRegistryClient Client { get; } = client;

    public RegistryCredential Credential { get; } = credential;

    public TransportSecurity Security { get; } = security;

    /// <summary>The same text for the same access: repository, who asks, and how TLS is verified. Holds a hash, and no secret.</summary>
    public string Access => field ??= $"{Client.Repository} {Hash()}";

    private string Hash()
    {
        var who = Credential switch
        {
            RegistryCredential.UsernamePassword user => $"user\n{user.Username}\n{user.Password}",
            RegistryCredential.IdentityToken identity => $"identity\n{identity.Token}",
            RegistryCredential.RegistryToken token => $"token\n{token.Token}",
            _ => "",
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Security.InsecureSkipVerify}\n{Security.CertificateAuthorities}\n{who}")));
    }
}
