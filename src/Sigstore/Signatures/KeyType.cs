namespace RegistryOperator.Sigstore.Signatures;

/// <summary>The kinds of keys that are supported.</summary>
public enum KeyType
{
    /// <summary>None of those below; signatures by it are refused.</summary>
    Unsupported,

    /// <summary>ECDSA on NIST P-256, with SHA-256.</summary>
    EcdsaP256,

    /// <summary>ECDSA on NIST P-384, with SHA-384; SHA-256 in old bundles.</summary>
    EcdsaP384,

    /// <summary>ECDSA on NIST P-521, with SHA-512; SHA-256 in old bundles.</summary>
    EcdsaP521,

    /// <summary>RSA of 2048 to 8192 bits, with SHA-256: PKCS #1 v1.5 or PSS.</summary>
    Rsa,

    /// <summary>Ed25519 (RFC 8032).</summary>
    Ed25519,
}
