using System.Security.Cryptography;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>An X.509 certificate (RFC 5280), read strictly; nothing of it is verified.</summary>
internal sealed class Certificate
{
    private VerificationKey? _key;

    /// <summary>The whole certificate, DER.</summary>
    public required byte[] Raw { get; init; }

    /// <summary>What the signature is over, DER.</summary>
    public required ReadOnlyMemory<byte> ToBeSigned { get; init; }

    /// <summary>DER of the name.</summary>
    public required ReadOnlyMemory<byte> Issuer { get; init; }

    /// <summary>DER of the name.</summary>
    public required ReadOnlyMemory<byte> Subject { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>DER.</summary>
    public required byte[] SubjectPublicKeyInfo { get; init; }

    public required HashAlgorithmName SignatureHash { get; init; }

    public required byte[] Signature { get; init; }

    public required CertificateExtensions Extensions { get; init; }

    /// <summary>Imported when it is first used.</summary>
    public VerificationKey Key => _key ??= VerificationKey.OfSubjectPublicKeyInfo(SubjectPublicKeyInfo);

    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    public bool Is(ReadOnlySpan<byte> der) => der.SequenceEqual(Raw);

    /// <summary>Whether an issuer is the one that this certificate names; its signature is another matter.</summary>
    public bool Names(Certificate issuer) => Issuer.Span.SequenceEqual(issuer.Subject.Span)
        && (Extensions.AuthorityKeyId is not { } named || issuer.Extensions.SubjectKeyId is not { } own || named.AsSpan().SequenceEqual(own));

    public bool IsSignedBy(Certificate issuer) =>
        issuer.Key.Type != KeyType.Unsupported && issuer.Key.Verifies(ToBeSigned.Span, Signature, SignatureHash);

    /// <summary>Refuses a certificate that has a critical extension whose meaning is not known here.</summary>
    public void CheckCriticalExtensions(string what)
    {
        if (Extensions.UnknownCritical is { } oid)
            throw new RejectedException(VerificationReasons.UntrustedCertificate, $"{what} has the critical extension {oid}, which is not supported.");
    }
}
