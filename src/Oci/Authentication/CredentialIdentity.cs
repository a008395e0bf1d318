using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Identifies a credential without containing it: a keyed hash (HMAC) with a random key that is never stored, so that neither a memory dump
/// of the token cache nor a table of hashes of common passwords reveals it.
/// </summary>
public sealed class CredentialIdentity
{
    /// <summary>The identity of whoever has no credential.</summary>
    internal const string Anonymous = "anonymous";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <summary>The identity of a credential with its alternatives: equal for equal credentials, during the lifetime of this object.</summary>
    public string Of(RegistryCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential.Alternatives.Count == 0
            ? OfOne(credential)
            : Hash("several", OfOne(credential), string.Join(' ', credential.Alternatives.Select(OfOne)));
    }

    /// <summary>The identity of an access: the credential, and how TLS is verified.</summary>
    public string Of(RegistryCredential credential, TransportSecurity security) =>
        Hash(
            security.InsecureSkipVerify ? "unverified" : "verified",
            security.CertificateAuthorities ?? "",
            security.ClientCertificate is { } shown ? $"{Of(shown)} {Of(credential)}" : Of(credential));

    /// <summary>The identity of a connection: how TLS is verified (by the system's authorities, by given ones, or not), and as whom it was opened.</summary>
    public string Of(TransportSecurity security)
    {
        // Where nothing is verified, authorities decide nothing.
        var verified = security switch
        {
            { InsecureSkipVerify: true } => "unverified",
            { CertificateAuthorities: { } authorities } => Hash("authorities", authorities, ""),
            _ => "system",
        };
        return security.ClientCertificate is { } shown ? $"{verified} {Of(shown)}" : verified;
    }

    private string OfOne(RegistryCredential credential) => credential switch
    {
        RegistryCredential.UsernamePassword(var username, var password) => Hash("basic", username, password),
        RegistryCredential.IdentityToken(var token) => Hash("identity", token, ""),
        RegistryCredential.RegistryToken(var token) => Hash("registry", token, ""),
        _ => Anonymous,
    };

    // The length keeps ("ab", "c") apart from ("a", "bc").
    private string Hash(string kind, string first, string second) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}:{first.Length}:{first}:{second}")));

    private string Of(ClientCertificate shown) => Hash("client", shown.Certificates, shown.Key);
}
