using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Statements;
using RegistryOperator.Sigstore.Timestamps;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>
/// Verifies bundles with one trusted root; for use by several threads. What is asked for follows the root: logs in it mean an entry of one of them, certificate
/// logs a signed certificate timestamp, and a certificate always means a verified time at which it was valid.
/// </summary>
/// <param name="root">Null where keys alone are used, without logs.</param>
public sealed class BundleVerifier(TrustedRoot? root)
{
    /// <summary>Verifies a bundle. Never throws for what the bundle contains.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="artifact">What it has to be for.</param>
    /// <param name="policy">Whose signatures are accepted.</param>
    public VerificationResult Verify(SigstoreBundle bundle, Artifact artifact, VerificationPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentNullException.ThrowIfNull(policy);
        try
        {
            return policy switch
            {
                KeyPolicy byKey => VerifyKey(bundle.Content, artifact, byKey),
                KeylessPolicy keyless => VerifyKeyless(bundle.Content, artifact, keyless),
                _ => throw new ArgumentOutOfRangeException(nameof(policy)),
            };
        }
        catch (Exception problem) when (Unreadable.Is(problem))
        {
            var refused = Unreadable.Of(problem, "The bundle");
            return new VerificationResult { Reason = refused.Reason, Message = refused.Message };
        }
    }

    private VerificationResult VerifyKey(BundleContent bundle, Artifact artifact, KeyPolicy policy)
    {
        if (bundle.Certificates.Count > 0)
        {
            throw new RejectedException(
                VerificationReasons.KeyExpected,
                "The bundle is signed with a certificate, and the policy names a key: give the identity and its issuer.");
        }
        var signature = SignatureCheck.FindSignature(bundle.Signed, policy.Key, artifact);
        IReadOnlyList<CheckedEntry> entries = [];
        IReadOnlyList<VerifiedTime> times = [];
        if (root is not null)
        {
            entries = CheckEntries(bundle, new SignedFacts(bundle.Signed, signature, artifact, policy.Key.SubjectPublicKeyInfo), policy.RequiresLogEntry);
            times = FindTimes(bundle, signature, entries).Times;
        }

        var statement = SignatureCheck.CheckMeaning(bundle.Signed, artifact, policy.PredicateType);
        return Verified(bundle, policy.Key, entries, times, statement) with { Method = VerificationMethod.Key };
    }

    private VerificationResult VerifyKeyless(BundleContent bundle, Artifact artifact, KeylessPolicy policy)
    {
        if (bundle.Certificates is not [var der, ..])
        {
            throw new RejectedException(
                VerificationReasons.CertificateMissing,
                "The bundle names a key and has no certificate, so it tells no identity: give the key.");
        }
        if (root is null)
        {
            throw new RejectedException(
                VerificationReasons.TrustedRootMissing,
                "A certificate needs a trusted root: give the instance's trusted_root.json.");
        }
        var leaf = CertificateReader.Read(der, "The signing certificate");
        // Issuers come from the trusted root alone. A root in a bundle is a mistake of the signer that must not look like trust (sigstore_bundle.proto).
        if (bundle.Certificates.Skip(1).Any(other => CertificateReader.Read(other, "A certificate of the bundle").IsSelfIssued))
            throw RejectedException.Invalid("The bundle's certificate chain contains a root certificate, which has no place in it.");
        var signature = SignatureCheck.FindSignature(bundle.Signed, leaf.Key, artifact);
        var entries = CheckEntries(bundle, new SignedFacts(bundle.Signed, signature, artifact, der), required: true);
        var (times, problem) = FindTimes(bundle, signature, entries);
        if (times.Count == 0) throw problem ?? TimeMissing(bundle);

        var check = new CertificateCheck(root);
        var issuer = check.CheckChain(leaf, [.. times.Select(time => time.Time)]);
        check.CheckLogged(leaf, issuer);
        var (identity, claims) = CertificateCheck.CheckIdentity(leaf, policy);
        var statement = SignatureCheck.CheckMeaning(bundle.Signed, artifact, policy.PredicateType);
        return Verified(bundle, leaf.Key, entries, times, statement) with
        {
            Method = VerificationMethod.Keyless,
            Identity = identity,
            Issuer = claims.Issuer,
            Claims = claims,
        };
    }

    private IReadOnlyList<CheckedEntry> CheckEntries(BundleContent bundle, SignedFacts facts, bool required)
    {
        var check = new EntryCheck(root!);
        var entries = check.Check(bundle, facts);
        return entries.Count > 0 || !required || root!.Logs.Count == 0 ? entries : throw check.Missing(bundle);
    }

    /// <summary>
    /// All that is told by those whom the root knows, and what is wrong with the first timestamp that tells nothing. Such a one is no reason to refuse a bundle
    /// that has a time without it: who wants to deceive leaves it out.
    /// </summary>
    private (IReadOnlyList<VerifiedTime> Times, RejectedException? Problem) FindTimes(
        BundleContent bundle, byte[] signature, IReadOnlyList<CheckedEntry> entries)
    {
        var verifier = new TimestampVerifier(root!);
        var signed = new List<TrustedTime>();
        RejectedException? problem = null;
        foreach (var timestamp in bundle.Timestamps)
        {
            try
            {
                if (verifier.Verify(timestamp, signature) is { } time) signed.Add(time);
            }
            catch (Exception refused) when (Unreadable.Is(refused))
            {
                problem ??= Unreadable.Of(refused, "A signed timestamp");
            }
        }

        IReadOnlyList<VerifiedTime> times =
        [
            .. entries.Where(entry => entry.Time is not null).Select(entry => new VerifiedTime(entry.Time!.Value, TimeSource.TransparencyLog, entry.Log.Uri)),
            .. signed.Select(time => new VerifiedTime(time.Time, TimeSource.TimestampAuthority, time.Authority.Uri)),
        ];
        // A log that promises nothing tells no time: whether it was trusted is judged by what the others tell.
        foreach (var entry in entries.Where(entry => entry.Time is null))
        {
            foreach (var time in times) EntryCheck.CheckTime(entry.Log, time.Time);
        }

        return (times, problem);
    }

    private RejectedException TimeMissing(BundleContent bundle) => bundle.Timestamps.Count > 0
        ? root!.DoesNotKnow("The authority of the signed timestamp")
        : new RejectedException(
            VerificationReasons.VerifiedTimeMissing,
            "Nothing tells when the signature was made: the bundle needs a signed timestamp, or an inclusion promise of its log.");

    private static VerificationResult Verified(
        BundleContent bundle, VerificationKey key, IReadOnlyList<CheckedEntry> entries, IReadOnlyList<VerifiedTime> times, InTotoStatement? statement) => new()
        {
            KeyFingerprint = key.Fingerprint,
            Times = times,
            LogEntries = [.. entries.Select(entry => new VerifiedLogEntry(entry.Log.Uri, entry.Log.KeyId, entry.ProvenIndex))],
            Statement = statement,
            Payload = statement is not null && bundle.Signed is DsseEnvelope envelope
                ? new EnvelopePayload(envelope.PayloadType, envelope.Payload, statement.PredicateType)
                : null,
        };
}
