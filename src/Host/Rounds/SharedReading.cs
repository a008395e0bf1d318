using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Rounds;

/// <summary>What the passes of one round share: the second asks for nothing that the first has read.</summary>
internal sealed class SharedReading
{
    /// <param name="registry">The repository.</param>
    /// <param name="share">What the round holds; the caller disposes it.</param>
    public SharedReading(OpenedRegistry registry, MemoryShare share)
    {
        (Registry, Share) = (registry, share);
        Documents = new ImageDocuments(registry.Client, share: share);
        Client = new RoundClient(registry.Client, Documents, share);
    }

    public OpenedRegistry Registry { get; }

    public MemoryShare Share { get; }

    public ImageDocuments Documents { get; }

    /// <summary>Reads for registry scanners, and on from what these have read.</summary>
    public RoundClient Client { get; }

    /// <summary>What the last pass has read; null before the first.</summary>
    public ReadImages? Read { get; set; }
}
