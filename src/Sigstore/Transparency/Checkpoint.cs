using System.Globalization;
using System.Text;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Transparency;

/// <summary>
/// A log's signed tree head: https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md in https://github.com/C2SP/C2SP/blob/main/signed-note.md.
/// </summary>
internal sealed class Checkpoint
{
    private const int Largest = 64 * 1024;
    private const int MostSignatures = 100;

    /// <summary>Signatures by one log that are verified: it makes one, and anybody can write more that only look like it.</summary>
    private const int MostOwnSignatures = 8;

    private readonly byte[] _text;
    private readonly IReadOnlyList<(string Name, byte[] KeyId, byte[] Signature)> _signatures;

    private Checkpoint(string text, string origin, long size, byte[] rootHash, IReadOnlyList<(string Name, byte[] KeyId, byte[] Signature)> signatures)
    {
        _text = Encoding.UTF8.GetBytes(text);
        _signatures = signatures;
        Origin = origin;
        Size = size;
        RootHash = rootHash;
    }

    public string Origin { get; }

    public long Size { get; }

    public byte[] RootHash { get; }

    public static Checkpoint Read(string? note)
    {
        if (note is null) throw Malformed("is missing");
        if (note.Length > Largest)
        {
            throw new RejectedException(
                VerificationReasons.TooLarge,
                $"The checkpoint has {note.Length} characters; up to {Largest} are read.");
        }
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n')) throw Malformed("has no empty line before its signatures, or no newline at its end");
        var signatures = note[(end + 2)..].Split('\n')[..^1];
        if (signatures.Length > MostSignatures) throw Malformed($"has {signatures.Length} signatures");
        var text = note[..(end + 1)];
        var lines = text.Split('\n')[..^1];
        CheckHead(lines);
        if (lines.Length < 3 || !Base64Text.TryDecode(lines[2], out var rootHash) || rootHash.Length != MerkleTree.HashLength)
        {
            throw Malformed(
                "has no root hash in its third line");
        }
        return new Checkpoint(text, lines[0], SizeOf(lines[1])!.Value, rootHash, [.. signatures.Select(ReadSignature)]);
    }

    /// <summary>Refuses a checkpoint that the log did not sign. Signatures of others, such as witnesses, are not looked at: their keys are not known.</summary>
    public void CheckSignature(TrustedLog log)
    {
        var name = NameOf(Origin);
        // Rekor v1 has the tree's number behind its name, which is what its operator's host is called: the key alone tells such a log.
        if (name.Length == Origin.Length && name != log.Origin && name != log.OriginWithoutPort)
            throw new RejectedException(VerificationReasons.CheckpointNotFromLog, $"The checkpoint is of {Words.Quote(Origin)}, not of the log {log.Origin}.");
        var own = _signatures.Where(one => one.Name == name && log.CheckpointKeyIds.Any(id => id.AsSpan().SequenceEqual(one.KeyId)))
            .Take(MostOwnSignatures).ToArray();
        if (own.Length == 0) throw new RejectedException(VerificationReasons.CheckpointNotFromLog, $"The checkpoint has no signature by the log {log.Origin}.");
        if (!own.Any(one => log.Key.Verifies(_text, one.Signature)))
        {
            throw new RejectedException(
                VerificationReasons.CheckpointSignatureInvalid,
                $"The signature of the log {log.Origin} on the checkpoint does not verify.");
        }
    }

    /// <summary>Without the number of a tree, as in <c>rekor.sigstore.dev - 2605736670972794746</c>.</summary>
    private static string NameOf(string origin)
    {
        const string Separator = " - ";
        var start = origin.LastIndexOf(Separator, StringComparison.Ordinal);
        return start > 0 && SizeOf(origin[(start + Separator.Length)..]) is not null ? origin[..start] : origin;
    }

    /// <summary>Tells what is missing where the lines that are there have moved up.</summary>
    private static void CheckHead(string[] lines)
    {
        if (lines[0].Length == 0 || (SizeOf(lines[0]) is not null && lines.Length > 1 && SizeOf(lines[1]) is null && IsHash(lines[1])))
            throw new RejectedException(VerificationReasons.CheckpointOriginMissing, "The checkpoint has no origin in its first line.");
        if (lines.Length < 2 || SizeOf(lines[1]) is null)
            throw new RejectedException(VerificationReasons.CheckpointSizeMissing, "The checkpoint has no size of the tree in its second line.");
    }

    private static bool IsHash(string line) => Base64Text.TryDecode(line, out var bytes) && bytes.Length == MerkleTree.HashLength;

    private static long? SizeOf(string line) => long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    private static (string Name, byte[] KeyId, byte[] Signature) ReadSignature(string line)
    {
        var parts = line.Split(' ');
        if (parts is not ["\u2014", { Length: > 0 } name, var base64] || !Base64Text.TryDecode(base64, out var bytes) || bytes.Length < 5)
            throw Malformed($"has the signature line {Words.Quote(line)}, which is none");
        return (name, bytes[..4], bytes[4..]);
    }

    private static RejectedException Malformed(string what) => new(VerificationReasons.CheckpointMalformed, $"The checkpoint {what}.");
}
