using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>Reads the JSON of https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto.</summary>
internal static class LogEntryReader
{
    public static LogEntry Read(JsonMessage entry)
    {
        entry.Only("logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody");
        var kind = entry.RequiredMessage("kindVersion").Only("kind", "version");
        return new LogEntry(
            NotNegative(entry, "logIndex"),
            entry.RequiredMessage("logId").Only("keyId").RequiredBytes("keyId"),
            kind.RequiredText("kind"),
            kind.RequiredText("version"),
            NotNegative(entry, "integratedTime"),
            entry.Message("inclusionPromise")?.Only("signedEntryTimestamp").RequiredBytes("signedEntryTimestamp"),
            entry.Message("inclusionProof") is { } proof ? ReadProof(proof) : null,
            entry.RequiredBytes("canonicalizedBody"));
    }

    private static InclusionProof ReadProof(JsonMessage proof)
    {
        proof.Only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
        return new InclusionProof(
            NotNegative(proof, "logIndex"),
            proof.RequiredBytes("rootHash"),
            NotNegative(proof, "treeSize"),
            proof.ByteStrings("hashes", BundleLimits.Hashes),
            proof.Message("checkpoint")?.Only("envelope").RequiredText("envelope"));
    }

    /// <summary>Protobuf leaves out a zero.</summary>
    private static long NotNegative(JsonMessage message, string name) => message.Number(name) switch
    {
        null => 0,
        < 0 => throw RejectedException.Invalid($"{message.Where}.{name} is negative."),
        { } number => number,
    };
}
