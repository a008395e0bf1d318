using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Reconciliation;

namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>Tells apart how resources access a registry: the repository, who asks, and how TLS is verified.</summary>
internal static class RegistryIdentity
{
    /// <summary>The same text for the same access. Holds a hash, and no secret.</summary>
    public static string Of(OpenedRegistry registry)
    {
        var credential = registry.Credential switch
        {
            RegistryCredential.UsernamePassword user => $"user\n{user.Username}\n{user.Password}",
            RegistryCredential.IdentityToken identity => $"identity\n{identity.Token}",
            RegistryCredential.RegistryToken token => $"token\n{token.Token}",
            _ => "",
        };
        var text = $"{registry.Security.InsecureSkipVerify}\n{registry.Security.CertificateAuthorities}\n{credential}";
        return $"{registry.Client.Repository} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
