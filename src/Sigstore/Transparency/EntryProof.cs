using System.Text;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Transparency;

/// <summary>That a log has an entry: its promise, its proof.</summary>
internal static class EntryProof
{
    /// <summary>Refuses an entry that is not below a checkpoint of the log.</summary>
    public static void CheckInclusion(LogEntry entry, InclusionProof proof, TrustedLog log)
    {
        var root = MerkleTree.RootOf(MerkleTree.LeafHash(entry.Body), proof.LogIndex, proof.TreeSize, proof.Hashes);
        if (root is null || !root.AsSpan().SequenceEqual(proof.RootHash))
        {
            throw new RejectedException(
                VerificationReasons.InclusionProofInvalid,
                $"The inclusion proof of entry {entry.LogIndex} of {log.Origin} does not lead from the entry to the proof's root hash.");
        }

        var checkpoint = Checkpoint.Read(proof.Checkpoint);
        checkpoint.CheckSignature(log);
        if (checkpoint.Size != proof.TreeSize || !checkpoint.RootHash.AsSpan().SequenceEqual(proof.RootHash))
        {
            throw new RejectedException(
                VerificationReasons.CheckpointRootMismatch,
                $"The checkpoint of {log.Origin} is of a tree with {checkpoint.Size} entries "
                    + $"and another root hash or size than the inclusion proof, which is of one with {proof.TreeSize}.");
        }
    }

    /// <summary>Refuses an entry whose promise the log did not sign. The signature is over the entry's canonical JSON (RFC 8785).</summary>
    public static void CheckPromise(LogEntry entry, byte[] promise, TrustedLog log)
    {
        var (body, logId) = (Convert.ToBase64String(entry.Body), Convert.ToHexStringLower(entry.LogId));
        var signed = $$"""{"body":"{{body}}","integratedTime":{{entry.IntegratedTime}},"logID":"{{logId}}","logIndex":{{entry.LogIndex}}}""";
        if (!log.Key.Verifies(Encoding.ASCII.GetBytes(signed), promise))
        {
            throw new RejectedException(
                VerificationReasons.InclusionPromiseInvalid,
                $"The inclusion promise (signed entry timestamp) of entry {entry.LogIndex} is not signed by the log {log.Origin}.");
        }
    }
}
