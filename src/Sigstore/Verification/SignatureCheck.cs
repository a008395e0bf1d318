using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Statements;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>That a key signed, and what it signed.</summary>
internal static class SignatureCheck
{
    /// <summary>The signature that the key made: of an envelope outside of a bundle it may be any.</summary>
    public static byte[] FindSignature(SignedContent signed, VerificationKey key, Artifact artifact) => signed switch
    {
        MessageSignature message => CheckMessage(message, key, artifact),
        SimpleSigning simple => key.Verifies(simple.Payload, simple.Signature) ? simple.Signature : throw DoesNotVerify(key),
        DsseEnvelope envelope => FindSignature(envelope, key),
        _ => throw new InvalidOperationException($"No check of {signed.GetType().Name}."),
    };

    /// <summary>Refuses what is signed for another artifact, or says something else than asked for.</summary>
    public static InTotoStatement? CheckMeaning(SignedContent signed, Artifact artifact, string? predicateType)
    {
        if (signed is DsseEnvelope envelope) return CheckStatement(envelope, artifact, predicateType);
        if (predicateType is not null)
        {
            throw new RejectedException(
                VerificationReasons.PredicateMismatch,
                $"A statement of the type {predicateType} is asked for, and this is a signature without a statement.");
        }
        if (signed is not SimpleSigning simple) return null;
        var digest = ImageSignature.ReadManifestDigest(simple.Payload);
        return artifact.Is(digest) switch
        {
            true => null,
            false => throw OtherArtifact(Words.Quote(digest), artifact),
            null => throw new RejectedException(
                VerificationReasons.InvalidStatement,
                $"The signed payload names {Words.Quote(digest)}, which is no digest."),
        };
    }

    private static InTotoStatement CheckStatement(DsseEnvelope envelope, Artifact artifact, string? predicateType)
    {
        if (envelope.PayloadType != InTotoStatement.PayloadType)
        {
            throw new RejectedException(
                VerificationReasons.InvalidStatement,
                $"The envelope contains {Words.Quote(envelope.PayloadType)}, not an in-toto statement, so it is about no artifact.");
        }
        var statement = InTotoStatement.ReadSigned(envelope.Payload);
        if (!statement.IsAbout(artifact)) throw OtherArtifact("subjects that do not contain it", artifact);
        if (predicateType is not null && statement.PredicateType != predicateType)
        {
            throw new RejectedException(
                VerificationReasons.PredicateMismatch, $"The statement is of the type {Words.Quote(statement.PredicateType)}; {predicateType} is asked for.");
        }

        return statement;
    }

    private static byte[] CheckMessage(MessageSignature message, VerificationKey key, Artifact artifact)
    {
        // A hint, which old clients took for the truth: a bundle that contradicts itself is refused.
        if (message.Digest is { } digest && artifact.DigestBy(message.Algorithm) is { } own && !own.AsSpan().SequenceEqual(digest))
            throw OtherArtifact($"{Digests.NameOf(message.Algorithm)}:{Convert.ToHexStringLower(digest)}", artifact);
        if (!key.CanVerify(artifact) && key.Type != KeyType.Unsupported)
        {
            throw new RejectedException(
                VerificationReasons.UnsupportedAlgorithm,
                $"A signature by a key of the type {key.Type} is over {key.Hash.Name} of the artifact, "
                    + $"which is known by {artifact} alone: give the artifact's bytes.");
        }

        return key.Verifies(artifact, message.Signature) ? message.Signature : throw DoesNotVerify(key);
    }

    private static byte[] FindSignature(DsseEnvelope envelope, VerificationKey key)
    {
        var signed = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload);
        return envelope.Signatures.FirstOrDefault(one => key.Verifies(signed, one.Signature))?.Signature ?? throw DoesNotVerify(key);
    }

    private static RejectedException OtherArtifact(string signedFor, Artifact artifact) =>
        new(VerificationReasons.ArtifactMismatch, $"The signature is for {signedFor}, not for {artifact}.");

    private static RejectedException DoesNotVerify(VerificationKey key) => new(
        VerificationReasons.SignatureInvalid,
        $"The signature does not verify with the key with SHA-256 {key.Fingerprint}: it is by another key, or over something else.");
}
