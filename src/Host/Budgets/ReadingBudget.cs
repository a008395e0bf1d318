using RegistryOperator.Shared;

namespace RegistryOperator.Host.Budgets;

/// <summary>
/// The memory of all rounds together, shared fairly between namespaces: how many images are read at the same time, and the bytes that rounds hold of what
/// they have read. The one place for both.
/// </summary>
/// <param name="bytes">What rounds may hold.</param>
internal sealed class ReadingBudget(long bytes = ReadingBudget.DefaultBytes)
{
    /// <summary>What rounds hold at most where no setting says otherwise.</summary>
    public const long DefaultBytes = 192L << 20;

    /// <summary>Bytes of a document that is small. Usual manifests and configurations have some KiB, indexes ten.</summary>
    public const int SmallDocument = 64 * 1024;

    /// <summary>Images that are read at the same time while all their documents are small.</summary>
    public const int SmallAtATime = 128;

    /// <summary>Images that are read at the same time of which a document is large: parsed, one takes ten times its size and more.</summary>
    public const int LargeAtATime = 2;

    /// <summary>The part of the bytes that is for tags which are kept between rounds, so that these take nothing from running ones.</summary>
    public const int RememberedPart = 6;

    private readonly FairGate _small = new(SmallAtATime);
    private readonly FairGate _large = new(LargeAtATime);
    private readonly MemoryBudget _held = new(bytes - (bytes / RememberedPart));

    /// <summary>Bytes of tags that may be kept between rounds.</summary>
    public long RememberedBytes { get; } = bytes / RememberedPart;

    /// <summary>Waits for the place of one image, which is held while its documents are read and parsed, and given back by disposing. Who has one waits
    /// for no other.</summary>
    /// <param name="group">The namespace.</param>
    /// <param name="isLarge">True where a document is larger than <see cref="SmallDocument"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<IDisposable> EnterAsync(string group, bool isLarge, CancellationToken cancellationToken) =>
        (isLarge ? _large : _small).EnterAsync(group, cancellationToken);

    /// <summary>Opens what one round holds; disposing gives all back.</summary>
    public MemoryShare Open(string group) => new(_held, group);
}
