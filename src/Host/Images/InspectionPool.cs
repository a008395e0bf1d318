using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Inspects tags with bounded concurrency; results are in the order of the tags. When the registry itself fails (throttled, or down), no more
/// requests are sent: the remaining tags get that failure.
/// </summary>
internal sealed class InspectionPool
{
    private readonly CircuitBreakingClient _client;
    private readonly ImageInspector _inspector;
    private readonly int _concurrency;
    private readonly Action? _inspected;

    /// <param name="registry">The repository.</param>
    /// <param name="cache">The details of images by digest.</param>
    /// <param name="known">What earlier rounds know, by tag.</param>
    /// <param name="concurrency">How many tags are inspected at the same time.</param>
    /// <param name="logger">Logs exceptions that are not the registry's.</param>
    /// <param name="inspected">Called once for each tag, from several threads; may be null.</param>
    /// <param name="documents">Given the documents that were read; may be null.</param>
    /// <param name="deadline">Ends the reading; null for none.</param>
    public InspectionPool(
        OpenedRegistry registry, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known, int concurrency, ILogger logger,
        Action? inspected = null, ImageDocuments? documents = null, ReadDeadline? deadline = null)
    {
        _client = new CircuitBreakingClient(registry.Client, concurrency, deadline);
        _inspector = new ImageInspector(_client, registry, cache, known, logger, documents);
        _concurrency = concurrency;
        _inspected = inspected;
    }

    /// <summary>The failure that stopped the pool, or null.</summary>
    public RegistryException? Outage => _client.Outage;

    /// <summary>How many images are shown without their configuration, for want of memory.</summary>
    public int Cut => _inspector.Cut;

    public async Task<InspectedImage[]> InspectAsync(IReadOnlyList<VersionedTag> tags, CancellationToken cancellationToken)
    {
        var results = new InspectedImage[tags.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, tags.Count), options, async (index, token) =>
        {
            results[index] = await _inspector.InspectAsync(tags[index], token);
            _inspected?.Invoke();
        });
        return results;
    }
}
