using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Transparency;

/// <summary>Merkle trees of logs, with SHA-256 (RFC 9162, section 2.1).</summary>
internal static class MerkleTree
{
    public const int HashLength = SHA256.HashSizeInBytes;

    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashLength)];
        node[0] = 0x01;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashLength)..]);
        return SHA256.HashData(node);
    }

    /// <summary>The root that a leaf and its path lead to (section 2.1.3.2); null where the path has not the length that the tree needs.</summary>
    public static byte[]? RootOf(ReadOnlySpan<byte> leafHash, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size) return null;
        var (first, second) = (index, size - 1);
        var root = leafHash.ToArray();
        foreach (var hash in path)
        {
            if (second == 0 || hash.Length != HashLength) return null;
            if ((first & 1) == 1 || first == second)
            {
                root = NodeHash(hash, root);
                while ((first & 1) == 0 && first != 0) (first, second) = (first >> 1, second >> 1);
            }
            else
            {
                root = NodeHash(root, hash);
            }

            (first, second) = (first >> 1, second >> 1);
        }

        return second == 0 ? root : null;
    }
}
