namespace RegistryOperator.Sigstore.Bundles;

/// <summary>What a stranger's bundle may cost.</summary>
internal static class BundleLimits
{
    /// <summary>Attestations carry whole SBOMs.</summary>
    public const int Bytes = 32 * 1024 * 1024;

    public const int Entries = 32;

    public const int Timestamps = 32;

    public const int Certificates = 16;

    public const int Signatures = 32;

    /// <summary>Bytes of an envelope's payload times its signatures: each of them is over all of it.</summary>
    public const int SignedBytes = 2 * Bytes;

    /// <summary>A path in a tree of 2^63 leaves.</summary>
    public const int Hashes = 63;
}
