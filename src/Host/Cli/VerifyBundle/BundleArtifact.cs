using System.Security.Cryptography;
using RegistryOperator.Sigstore.Artifacts;

namespace RegistryOperator.Host.Cli.VerifyBundle;

/// <summary>What a bundle has to be for: a file, or a digest.</summary>
internal static class BundleArtifact
{
    private const string DigestPrefix = "sha256:";

    /// <summary>Larger files are not kept in memory: they are known by their digests, which is enough but for Ed25519.</summary>
    private const int LargestKept = 64 * 1024 * 1024;

    private static readonly HashAlgorithmName[] Algorithms = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    /// <summary>Reads it as Sigstore's conformance suite has it: what could be a digest, but is the path of a file, is that file.</summary>
    /// <param name="argument">How the command line calls it, for errors.</param>
    /// <param name="text">The file or the digest.</param>
    /// <param name="largestKept">The most bytes that are kept in memory.</param>
    /// <exception cref="Settings.InputException">There is no such file, or it can't be read.</exception>
    public static Artifact Read(string argument, string text, int largestKept = LargestKept)
    {
        if (text.StartsWith(DigestPrefix, StringComparison.Ordinal) && Artifact.IsDigest(text) && !Path.Exists(text)) return Artifact.OfDigest(text);
        using var file = GivenFile.Open(argument, text);
        try
        {
            return ReadContent(file, largestKept);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw GivenFile.Unreadable(argument, text, failure);
        }
    }

    private static Artifact ReadContent(FileStream file, int largestKept)
    {
        var kept = new MemoryStream();
        var hashes = Algorithms.Select(IncrementalHash.CreateHash).ToArray();
        var buffer = new byte[81920];
        var length = 0L;
        while (file.Read(buffer) is var read and > 0)
        {
            length += read;
            if (length <= largestKept) kept.Write(buffer, 0, read);
            else kept.SetLength(0);
            foreach (var hash in hashes) hash.AppendData(buffer, 0, read);
        }

        string[] digests = [.. hashes.Select(Digest)];
        foreach (var hash in hashes) hash.Dispose();
        return length <= largestKept ? Artifact.OfBytes(kept.ToArray()) : Artifact.OfDigests(digests);
    }

    private static string Digest(IncrementalHash hash) =>
        $"{hash.AlgorithmName.Name!.ToLowerInvariant()}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
}
