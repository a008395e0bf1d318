using System.Security.Cryptography;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Transparency;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>An entry of a log that the trusted root knows.</summary>
/// <param name="Entry">As in the bundle.</param>
/// <param name="Log">The log.</param>
/// <param name="Time">When the log took it, as it promised; null where it did not.</param>
internal sealed record CheckedEntry(LogEntry Entry, TrustedLog Log, DateTimeOffset? Time)
{
    /// <summary>Its number, as far as the log has signed it: over all shards with the promise, in the tree with the proof alone.</summary>
    public long ProvenIndex => Time is null && Entry.Proof is { } proof ? proof.LogIndex : Entry.LogIndex;
}

/// <summary>What is signed, and by whom, to be compared with a log's entry.</summary>
/// <param name="Content">What is signed.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Artifact">The artifact asked about.</param>
/// <param name="Verifier">The certificate, or the key's SubjectPublicKeyInfo; DER.</param>
internal sealed record SignedFacts(SignedContent Content, byte[] Signature, Artifact Artifact, byte[] Verifier);

/// <summary>That logs of the trusted root have the signature.</summary>
internal sealed class EntryCheck(TrustedRoot root)
{
    /// <summary>The entries of known logs, each verified; others are left out.</summary>
    public IReadOnlyList<CheckedEntry> Check(BundleContent bundle, SignedFacts facts)
    {
        var found = new List<CheckedEntry>();
        foreach (var entry in bundle.Entries)
        {
            if (root.Logs.FirstOrDefault(log => log.Id.AsSpan().SequenceEqual(entry.LogId)) is { } log) found.Add(Check(entry, log, bundle.Version, facts));
        }

        return found;
    }

    /// <summary>Why there is no entry of a known log.</summary>
    public RejectedException Missing(BundleContent bundle) => bundle.Entries.Count == 0
        ? new RejectedException(
            VerificationReasons.LogEntryMissing,
            $"The bundle has no entry of a transparency log, though {root.Description} has logs: sign it with an upload to a log.")
        : root.DoesNotKnow($"The transparency log {Convert.ToBase64String(bundle.Entries[0].LogId)}");

    private static CheckedEntry Check(LogEntry entry, TrustedLog log, BundleVersion version, SignedFacts facts)
    {
        var logged = LoggedEntryReader.Read(entry);
        if (entry.Promise is null && !logged.IsRekor2 && version is (BundleVersion.Legacy or BundleVersion.V01))
        {
            throw new RejectedException(
                VerificationReasons.InclusionPromiseMissing,
                $"Entry {entry.LogIndex} has no inclusion promise, which bundles of version 0.1 need.");
        }
        if (entry.Proof is null && (logged.IsRekor2 || version is BundleVersion.V02 or BundleVersion.V03))
        {
            throw new RejectedException(
                VerificationReasons.InclusionProofMissing,
                $"Entry {entry.LogIndex} has no inclusion proof, which bundles from version 0.2 and entries of Rekor v2 need.");
        }
        if (logged.IsRekor2 && entry.Proof is { } tile && tile.LogIndex != entry.LogIndex)
        {
            throw new RejectedException(
                VerificationReasons.InclusionProofInvalid,
                $"The inclusion proof is of entry {tile.LogIndex}, not of {entry.LogIndex}: Rekor v2 has one number for each entry.");
        }
        CheckEquality(logged, entry, facts);
        // Old bundles of version 0.1 have proofs without a checkpoint, which prove nothing; their promise counts.
        var isUnsigned = entry.Proof is { Checkpoint: null } && entry.Promise is not null && version is (BundleVersion.Legacy or BundleVersion.V01);
        if (entry.Proof is { } proof && !isUnsigned) EntryProof.CheckInclusion(entry, proof, log);
        if (entry.Promise is not { } promise) return new CheckedEntry(entry, log, Time: null);
        EntryProof.CheckPromise(entry, promise, log);
        if (entry.IntegratedTime is 0 or > 253402300799) throw RejectedException.Invalid($"Entry {entry.LogIndex} has an inclusion promise without a time.");
        var time = DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime);
        CheckTime(log, time);
        return new CheckedEntry(entry, log, time);
    }

    public static void CheckTime(TrustedLog log, DateTimeOffset time)
    {
        if (!log.Validity.Contains(time))
        {
            throw new RejectedException(
                VerificationReasons.LogNotValid,
                $"The entry is of {Words.Time(time)}, when the trusted root does not trust the log {log.Uri}.");
        }
    }

    /// <summary>Another signature's entry proves nothing.</summary>
    private static void CheckEquality(LoggedEntry logged, LogEntry entry, SignedFacts facts)
    {
        var count = facts.Content is DsseEnvelope { Signatures.Count: var signatures } && logged.DigestOf == LoggedDigest.Payload ? signatures : 1;
        var same = logged.Signatures.FirstOrDefault(one => one.Signature.AsSpan().SequenceEqual(facts.Signature));
        var difference = same switch
        {
            null => "another signature",
            _ when logged.Signatures.Count != count => "another number of signatures",
            _ when !same.Verifier.AsSpan().SequenceEqual(facts.Verifier) => "another certificate or key",
            _ when !IsSameDigest(logged, facts) => "another digest",
            _ => null,
        };
        if (difference is not null)
            throw new RejectedException(VerificationReasons.LogEntryMismatch, $"Entry {entry.LogIndex} of the log is about {difference} than the bundle's.");
    }

    private static bool IsSameDigest(LoggedEntry logged, SignedFacts facts) => facts.Content switch
    {
        MessageSignature => logged.DigestOf == LoggedDigest.Message && facts.Artifact.Is(logged.Algorithm, logged.Digest),
        SimpleSigning simple => logged.DigestOf == LoggedDigest.Message && IsDigestOf(logged, simple.Payload),
        DsseEnvelope envelope => IsDigestOf(
            logged, logged.DigestOf == LoggedDigest.Payload ? envelope.Payload : PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload)),
        _ => false,
    };

    private static bool IsDigestOf(LoggedEntry logged, byte[] bytes) =>
        CryptographicOperations.HashData(logged.Algorithm, bytes).AsSpan().SequenceEqual(logged.Digest);
}
