using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;
using RegistryOperator.Sigstore.Signatures;

namespace RegistryOperator.Sigstore.Trust;

/// <summary>A transparency log, or a certificate transparency log, of a trusted root.</summary>
public sealed class TrustedLog
{
    private TrustedLog(string uri, Validity validity, VerificationKey key, byte[] id, byte[]? checkpointId)
    {
        Uri = uri;
        Validity = validity;
        Key = key;
        Id = id;
        Origin = HostOf(uri);
        OriginWithoutPort = Origin.Split(':')[0];
        CheckpointKeyIds = [.. KeyIdsOf([Origin, OriginWithoutPort], key, id, checkpointId)];
    }

    /// <summary>The log's base URL.</summary>
    public string Uri { get; }

    /// <summary>When its signatures count.</summary>
    public Validity Validity { get; }

    /// <summary>What kind of key it signs with.</summary>
    public KeyType KeyType => Key.Type;

    /// <summary>The log's identifier, base64 as in bundles.</summary>
    public string KeyId => Convert.ToBase64String(Id);

    internal byte[] Id { get; }

    internal VerificationKey Key { get; }

    /// <summary>The name under which it signs checkpoints: its URL's host, with the port if there is one.</summary>
    internal string Origin { get; }

    /// <summary>Rekor v2 leaves the port out.</summary>
    internal string OriginWithoutPort { get; }

    /// <summary>The first four bytes of a checkpoint's signature by this log, in the ways that logs compute them.</summary>
    internal IReadOnlyList<byte[]> CheckpointKeyIds { get; }

    internal static TrustedLog Read(JsonMessage log)
    {
        var hash = log.Enumeration("hashAlgorithm");
        if (hash is not ("SHA2_256" or "1")) throw RejectedException.Invalid($"{log.Where}.hashAlgorithm is {Words.Quote(hash)}; SHA2_256 is supported.");
        var publicKey = log.RequiredMessage("publicKey");
        var bytes = publicKey.RequiredBytes("rawBytes");
        var isPkcs1 = publicKey.Enumeration("keyDetails") is { } details && details.StartsWith("PKCS1_", StringComparison.Ordinal);
        return new TrustedLog(
            log.Text("baseUrl") ?? "",
            Validity.Read(publicKey.Message("validFor"), publicKey.Where),
            isPkcs1 ? VerificationKey.OfPkcs1(bytes) : VerificationKey.OfSubjectPublicKeyInfo(bytes),
            log.RequiredMessage("logId").RequiredBytes("keyId"),
            log.Message("checkpointKeyId")?.Bytes("keyId"));
    }

    private static string HostOf(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? uri : uri[(start + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }

    /// <summary>https://github.com/C2SP/C2SP/blob/main/signed-note.md#signatures; Rekor v1 takes the start of the log's identifier.</summary>
    private static IEnumerable<byte[]> KeyIdsOf(IReadOnlyList<string> origins, VerificationKey key, byte[] id, byte[]? checkpointId)
    {
        if (checkpointId is { Length: >= 4 }) yield return checkpointId[..4];
        if (id.Length >= 4) yield return id[..4];
        yield return key.KeyId[..4];
        foreach (var name in origins.Distinct().Select(Encoding.UTF8.GetBytes))
        {
            byte[] start = [.. name, (byte)'\n'];
            if (key.Type == KeyType.Ed25519) yield return SHA256.HashData([.. start, 0x01, .. Ed25519Algorithm.RawKey(key.SubjectPublicKeyInfo)])[..4];
            if (key.Type == KeyType.Rsa) yield return SHA256.HashData([.. start, 0xff, .. "PKIX-RSA-PKCS#1v1.5"u8, .. key.SubjectPublicKeyInfo])[..4];
        }
    }
}
