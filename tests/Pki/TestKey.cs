using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace RegistryOperator.Tests.Pki;

/// <summary>A key pair that signs as Sigstore's clients and logs do.</summary>
public sealed class TestKey
{
    private readonly Func<byte[], byte[]> _sign;

    private TestKey(byte[] subjectPublicKeyInfo, Func<byte[], byte[]> sign, AsymmetricAlgorithm? algorithm = null)
    {
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        _sign = sign;
        Algorithm = algorithm;
    }

    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>For certificates; Ed25519 has none.</summary>
    public AsymmetricAlgorithm? Algorithm { get; }

    public byte[] Id => SHA256.HashData(SubjectPublicKeyInfo);

    public string Pem => PemEncoding.WriteString("PUBLIC KEY", SubjectPublicKeyInfo) + "\n";

    public byte[] Sign(byte[] message) => _sign(message);

    public static TestKey Of(string kind) => kind switch
    {
        "P-256" => Ecdsa(ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        "P-384" => Ecdsa(ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
        "P-384 with SHA-256" => Ecdsa(ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA256),
        "P-521" => Ecdsa(ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
        "P-521 with SHA-256" => Ecdsa(ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA256),
        "RSA" => Rsa(2048, RSASignaturePadding.Pkcs1),
        "RSA-PSS" => Rsa(2048, RSASignaturePadding.Pss),
        "RSA of 1024 bits" => Rsa(1024, RSASignaturePadding.Pkcs1),
        "Ed25519" => Ed25519(),
        "Ed25519ph" => Ed25519(isPrehashed: true),
        "secp256k1" => Ecdsa(ECCurve.CreateFromValue("1.3.132.0.10"), HashAlgorithmName.SHA256),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such key."),
    };

    public static TestKey Ecdsa() => Of("P-256");

    private static TestKey Ecdsa(ECCurve curve, HashAlgorithmName hash)
    {
        var key = ECDsa.Create(curve);
        return new TestKey(key.ExportSubjectPublicKeyInfo(), message => key.SignData(message, hash, DSASignatureFormat.Rfc3279DerSequence), key);
    }

    private static TestKey Rsa(int bits, RSASignaturePadding padding)
    {
        var key = RSA.Create(bits);
        return new TestKey(key.ExportSubjectPublicKeyInfo(), message => key.SignData(message, HashAlgorithmName.SHA256, padding), key);
    }

    private static TestKey Ed25519(bool isPrehashed = false)
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        byte[] header = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        return new TestKey([.. header, .. key.GeneratePublicKey().GetEncoded()], message =>
        {
            Org.BouncyCastle.Crypto.ISigner signer = isPrehashed ? new Ed25519phSigner([]) : new Ed25519Signer();
            signer.Init(forSigning: true, key);
            signer.BlockUpdate(message, 0, message.Length);
            return signer.GenerateSignature();
        });
    }
}
