using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Names a credential without holding it: a keyed hash, whose key lives as long as the process, so that neither a memory dump of the
/// token cache nor a table of hashes of common passwords leads back to it.
/// </summary>
public sealed class CredentialIdentity
{
    private const string Anonymous = "anonymous";
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <summary>Names a credential: the same text for the same credential, as long as this object lives.</summary>
    public string Of(RegistryCredential credential) => credential switch
    {
        RegistryCredential.UsernamePassword(var username, var password) => Hash("basic", username, password),
        RegistryCredential.IdentityToken(var token) => Hash("identity", token, ""),
        RegistryCredential.RegistryToken(var token) => Hash("registry", token, ""),
        _ => Anonymous,
    };

    /// <summary>Names an access: who asks, and how TLS is verified.</summary>
    public string Of(RegistryCredential credential, TransportSecurity security) =>
        Hash(security.InsecureSkipVerify ? "unverified" : "verified", security.CertificateAuthorities ?? "", Of(credential));

    // The lengths keep ("ab", "c") apart from ("a", "bc").
    private string Hash(string kind, string first, string second) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}:{first.Length}:{first}:{second}")));
}
