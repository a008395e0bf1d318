using System.Security.Cryptography;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>A public key that verifies signatures; safe for use by several threads.</summary>
public sealed class VerificationKey
{
    /// <summary>Keys of one document: each is tried for each signature.</summary>
    public const int MostKeys = 16;

    private const int LargestDocument = 64 * 1024;
    private const string PemMark = "-----";

    private readonly IKeyAlgorithm? _algorithm;

    private VerificationKey(byte[] subjectPublicKeyInfo, IKeyAlgorithm? algorithm, KeyType type)
    {
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        _algorithm = algorithm;
        Type = type;
        KeyId = SHA256.HashData(subjectPublicKeyInfo);
    }

    /// <summary>What kind of key it is.</summary>
    public KeyType Type { get; }

    /// <summary>The SHA-256 of the DER SubjectPublicKeyInfo, in lower-case hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(KeyId);

    /// <summary>DER.</summary>
    internal byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The identifier of RFC 6962: the SHA-256 of the SubjectPublicKeyInfo.</summary>
    internal byte[] KeyId { get; }

    /// <summary>Reads a PEM public key: <c>PUBLIC KEY</c>, or <c>RSA PUBLIC KEY</c>.</summary>
    /// <exception cref="SigstoreFormatException">It is none, or several, or of an algorithm that is not supported.</exception>
    public static VerificationKey ReadPem(string pem) => ReadPems(pem) is [var only]
        ? only
        : throw new SigstoreFormatException("There are several keys in it: give one.");

    /// <summary>Reads the PEM public keys of a document, one after the other, with nothing but blanks between and after them.</summary>
    /// <exception cref="SigstoreFormatException">
    /// There is none, or more than <see cref="MostKeys"/>, or something else beside them, or one of an algorithm that is not supported.
    /// </exception>
    public static IReadOnlyList<VerificationKey> ReadPems(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Length > LargestDocument || !PemEncoding.TryFind(pem, out var fields)) throw NoKey();
        var keys = new List<VerificationKey>();
        var rest = pem.AsSpan();
        for (var isFirst = true; !rest.IsWhiteSpace(); isFirst = false)
        {
            if (!isFirst && !PemEncoding.TryFind(rest, out fields)) throw Beside(keys.Count + 1);
            // Tools write what a key is before it; a block that can't be read must not be passed over for the next one.
            var before = rest[..fields.Location.Start.Value];
            if (isFirst ? before.Contains(PemMark, StringComparison.Ordinal) : !before.IsWhiteSpace()) throw Beside(keys.Count + 1);
            if (keys.Count == MostKeys) throw new SigstoreFormatException($"There are more than {MostKeys} keys in it.");
            keys.Add(Read(rest[fields.Label].ToString(), rest[fields.Base64Data].ToString()));
            rest = rest[fields.Location.End.Value..];
        }

        return keys;
    }

    private static SigstoreFormatException NoKey() => new("The key is no PEM public key: give -----BEGIN PUBLIC KEY----- and its lines.");

    private static SigstoreFormatException Beside(int number) => new(
        $"Something stands before, between or after the keys, at number {number}, that is no PEM public key: give -----BEGIN PUBLIC KEY----- and the lines of "
            + "each, and nothing else.");

    private static VerificationKey Read(string label, string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        var key = label switch
        {
            "PUBLIC KEY" => OfSubjectPublicKeyInfo(bytes),
            "RSA PUBLIC KEY" => OfPkcs1(bytes),
            _ => throw new SigstoreFormatException($"The key is a PEM {Words.Quote(label)}: give the public key, -----BEGIN PUBLIC KEY-----."),
        };
        return key.Type != KeyType.Unsupported
            ? key
            : throw new SigstoreFormatException(
                "The key's algorithm is not supported: use ECDSA on P-256, P-384 or P-521, RSA of 2048 to 8192 bits, or Ed25519.");
    }

    /// <summary>A key of a DER SubjectPublicKeyInfo; one that is not supported verifies nothing.</summary>
    internal static VerificationKey OfSubjectPublicKeyInfo(byte[] der)
    {
        IKeyAlgorithm? algorithm = KeyTypes.Of(der) switch
        {
            KeyType.Rsa => RsaAlgorithm.Import(der),
            KeyType.Ed25519 => Ed25519Algorithm.Import(der),
            KeyType.Unsupported => null,
            var curve => EcdsaAlgorithm.Import(der, curve),
        };
        return new VerificationKey(der, algorithm, algorithm?.Type ?? KeyType.Unsupported);
    }

    /// <summary>A key of a DER RSAPublicKey (PKCS #1).</summary>
    internal static VerificationKey OfPkcs1(byte[] der)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportRSAPublicKey(der, out _);
            return OfSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException)
        {
            return new VerificationKey(der, algorithm: null, KeyType.Unsupported);
        }
    }

    internal bool Is(ReadOnlySpan<byte> subjectPublicKeyInfo) => subjectPublicKeyInfo.SequenceEqual(SubjectPublicKeyInfo);

    /// <summary>The digest algorithm that belongs to the key.</summary>
    internal HashAlgorithmName Hash => Type switch
    {
        KeyType.EcdsaP384 => HashAlgorithmName.SHA384,
        KeyType.EcdsaP521 or KeyType.Ed25519 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Whether a signature over bytes verifies, with the key's own digest algorithm, or SHA-256 as old clients had it for all ECDSA keys.</summary>
    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Supported().VerifiesMessage(message, signature, Hash)
        || (Type is KeyType.EcdsaP384 or KeyType.EcdsaP521 && Supported().VerifiesMessage(message, signature, HashAlgorithmName.SHA256));

    /// <summary>Whether a signature over bytes verifies with one digest algorithm.</summary>
    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        Supported().VerifiesMessage(message, signature, hash);

    /// <summary>Whether a signature over an artifact verifies: by whichever of its digests the key may have signed.</summary>
    internal bool Verifies(Artifact artifact, ReadOnlySpan<byte> signature)
    {
        if (Type == KeyType.Ed25519 && artifact.Bytes is { } bytes && Supported().VerifiesMessage(bytes.Span, signature, Hash)) return true;
        if (artifact.DigestBy(Hash) is { } digest && Supported().VerifiesDigest(digest, signature, Hash)) return true;
        return Type is KeyType.EcdsaP384 or KeyType.EcdsaP521
            && artifact.DigestBy(HashAlgorithmName.SHA256) is { } old
            && Supported().VerifiesDigest(old, signature, HashAlgorithmName.SHA256);
    }

    /// <summary>Whether the artifact has what a signature by this key is computed over.</summary>
    internal bool CanVerify(Artifact artifact) => artifact.DigestBy(Hash) is not null
        || (Type is KeyType.EcdsaP384 or KeyType.EcdsaP521 && artifact.DigestBy(HashAlgorithmName.SHA256) is not null);

    private IKeyAlgorithm Supported() => _algorithm
        ?? throw new RejectedException(
            VerificationReasons.UnsupportedAlgorithm,
            $"The key with SHA-256 {Fingerprint} is of an algorithm that is not supported.");
}
