using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>
/// Signs the tokens that docker-registry accepts: RS256, with the signing certificate in the <c>x5c</c> header
/// (<see href="https://distribution.github.io/distribution/spec/auth/jwt/"/>).
/// </summary>
internal sealed class TokenSigner : IDisposable
{
    private const int KeySize = 2048;

    private readonly RSA _key = RSA.Create(KeySize);
    private readonly X509Certificate2 _certificate;
    private readonly string _header;
    private readonly string _issuer;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;

    public TokenSigner(string issuer, TimeSpan lifetime, TimeProvider time)
    {
        (_issuer, _lifetime, _time) = (issuer, lifetime, time);
        var request = new CertificateRequest($"CN={issuer}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        // By the real clock: docker-registry verifies the certificate by it, whatever clock the tokens are dated by.
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
        _header = Encode(new { typ = "JWT", alg = "RS256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } });
    }

    public string CertificatePem => _certificate.ExportCertificatePem();

    public string Sign(string user, string service, IEnumerable<string> scopes)
    {
        var now = _time.GetUtcNow();
        var claims = Encode(new
        {
            iss = _issuer,
            sub = user,
            aud = service,
            exp = (now + _lifetime).ToUnixTimeSeconds(),
            nbf = now.ToUnixTimeSeconds(),
            iat = now.ToUnixTimeSeconds(),
            jti = Guid.NewGuid().ToString("N"),
            access = scopes.Select(Access).ToArray(),
        });
        var signed = $"{_header}.{claims}";
        var signature = _key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    /// <summary><c>type:name:action,action</c>; the name of a repository may hold a port and so a colon of its own.</summary>
    private static object Access(string scope)
    {
        var first = scope.IndexOf(':', StringComparison.Ordinal);
        var last = scope.LastIndexOf(':');
        return first < 0 || first == last
            ? throw new FormatException($"'{scope}' is no scope: expected 'type:name:actions'.")
            : new { type = scope[..first], name = scope[(first + 1)..last], actions = scope[(last + 1)..].Split(',') };
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
