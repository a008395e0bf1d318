using System.Security.Cryptography;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Artifacts;

/// <summary>What the signature has to be for: an artifact by one or more digests, or by its bytes.</summary>
public sealed class Artifact
{
    private readonly Dictionary<HashAlgorithmName, byte[]> _digests = [];
    private readonly ReadOnlyMemory<byte>? _bytes;

    private Artifact(ReadOnlyMemory<byte>? bytes) => _bytes = bytes;

    /// <summary>An artifact by its digest.</summary>
    /// <param name="digest">Such as <c>sha256:</c> and 64 hexadecimal digits; sha384 and sha512 as well.</param>
    /// <exception cref="SigstoreFormatException">It is no such digest.</exception>
    public static Artifact OfDigest(string digest) => OfDigests([digest]);

    /// <summary>An artifact of which several digests are known.</summary>
    /// <exception cref="SigstoreFormatException">One of them is no digest.</exception>
    public static Artifact OfDigests(IReadOnlyList<string> digests)
    {
        ArgumentNullException.ThrowIfNull(digests);
        var artifact = new Artifact(bytes: null);
        foreach (var digest in digests)
        {
            if (!TryReadDigest(digest, out var algorithm, out var value))
            {
                throw new SigstoreFormatException(
                    $"{Words.Quote(digest)} is no digest: give sha256: and 64 hexadecimal digits, or sha384: or sha512: and theirs.");
            }
            artifact._digests[algorithm] = value;
        }

        return artifact;
    }

    /// <summary>Whether a text is a digest that <see cref="OfDigest"/> takes.</summary>
    public static bool IsDigest(string text) => TryReadDigest(text, out _, out _);

    /// <summary>An artifact by its bytes. Signatures by Ed25519 keys over a message need them.</summary>
    public static Artifact OfBytes(ReadOnlyMemory<byte> bytes)
    {
        var artifact = new Artifact(bytes);
        foreach (var algorithm in Digests.Algorithms) artifact._digests[algorithm] = CryptographicOperations.HashData(algorithm, bytes.Span);
        return artifact;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _digests.Select(digest => $"{Digests.NameOf(digest.Key)}:{Convert.ToHexStringLower(digest.Value)}"));

    /// <summary>The bytes, where the caller gave them.</summary>
    internal ReadOnlyMemory<byte>? Bytes => _bytes;

    internal byte[]? DigestBy(HashAlgorithmName algorithm) => _digests.GetValueOrDefault(algorithm);

    /// <summary>Whether a digest is this artifact's. False too where the artifact's digest by that algorithm is not known.</summary>
    internal bool Is(HashAlgorithmName algorithm, ReadOnlySpan<byte> digest) => DigestBy(algorithm) is { } own && digest.SequenceEqual(own);

    /// <summary>The same by a digest as text; null where it is none.</summary>
    internal bool? Is(string digest) => TryReadDigest(digest, out var algorithm, out var value) ? Is(algorithm, value) : null;

    private static bool TryReadDigest(string? text, out HashAlgorithmName algorithm, out byte[] value)
    {
        algorithm = default;
        value = [];
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0 || !Digests.TryParse(text![..colon], out algorithm) || !Digests.TryReadHex(text[(colon + 1)..], out value)) return false;
        // Protobuf's names of the algorithms are none of a digest.
        return text.StartsWith(Digests.NameOf(algorithm), StringComparison.Ordinal) && value.Length == Digests.LengthOf(algorithm);
    }
}
