using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Plugins.Provenance.Trust;

/// <summary>The trusted roots of other instances than the public-good one, each read once as long as it is in use.</summary>
internal sealed class TrustedRoots
{
    /// <summary>Instances that the resources of one operator use side by side; one is some 100 KiB.</summary>
    private const int MostRoots = 32;

    private readonly BoundedCache<Digest, TrustedRoot> _roots = new(MostRoots);

    /// <exception cref="Sigstore.Findings.SigstoreFormatException">It is none.</exception>
    public TrustedRoot Read(ReadOnlyMemory<byte> json)
    {
        var id = Digest.Compute(json.Span);
        if (_roots.Find(id) is { } known) return known;
        // A copy: the reader may keep what it reads, and the Secret is the caller's.
        var root = TrustedRoot.Read(json.ToArray());
        _roots.Set(id, root);
        return root;
    }
}
