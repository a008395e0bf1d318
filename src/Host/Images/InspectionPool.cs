using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Inspects tags with bounded concurrency; results are in the order of the tags. When the registry itself fails (throttled, or down), no more
/// requests are sent: the remaining tags get that failure.
/// </summary>
internal sealed class InspectionPool : IDisposable
{
    private readonly CircuitBreakingClient _client;
    private readonly ImageInspector _inspector;
    private readonly int _concurrency;
    private readonly Action? _inspected;
    private readonly ConcurrentDictionary<string, bool> _counted = new(StringComparer.Ordinal);

    /// <param name="registry">The repository.</param>
    /// <param name="cache">The details of images by digest.</param>
    /// <param name="known">What earlier rounds know, by tag.</param>
    /// <param name="concurrency">How many tags are inspected at the same time.</param>
    /// <param name="logger">Logs exceptions that are not the registry's.</param>
    /// <param name="inspected">Called once for each tag, from several threads; may be null.</param>
    /// <param name="documents">Given the documents that were read; may be null.</param>
    /// <param name="deadline">Ends the reading; null for none.</param>
    /// <param name="budget">The memory that all rounds share; null for one of its own.</param>
    /// <param name="share">What this round holds of it; null for as much as its own limits allow.</param>
    /// <param name="client">Reads it; null for its own client.</param>
    public InspectionPool(
        OpenedRegistry registry, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known, int concurrency, ILogger logger,
        Action? inspected = null, ImageDocuments? documents = null, ReadDeadline? deadline = null,
        ReadingBudget? budget = null, MemoryShare? share = null, IRegistryClient? client = null)
    {
        _client = new CircuitBreakingClient(client ?? registry.Client, concurrency, deadline);
        _inspector = new ImageInspector(_client, registry, cache, known, logger, documents, budget, share);
        _concurrency = concurrency;
        _inspected = inspected;
    }

    /// <summary>The failure that stopped the pool, or null.</summary>
    public RegistryException? Outage => _client.Outage;

    /// <summary>How many images are shown without their configuration, for want of memory.</summary>
    public int Cut => _inspector.Cut;

    /// <summary>Gives back what was held for further reading.</summary>
    public void Dispose() => _inspector.Dispose();

    /// <summary>Reads the tags' images.</summary>
    public Task<InspectedImage[]> InspectAsync(IReadOnlyList<VersionedTag> tags, CancellationToken cancellationToken) =>
        ForEachAsync(tags, tag => tag.Tag, _inspector.InspectAsync, cancellationToken);

    /// <summary>Finds out when the tags' images were created, and reads no more than that needs. Likely aliases are asked for last, when most digests
    /// are known.</summary>
    public async Task<InspectedImage[]> DateAsync(IReadOnlyList<WantedTag> tags, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, tags.Count).OrderBy(index => tags[index].MayBeAlias ? 1 : 0).ToArray();
        var first = order.Count(index => !tags[index].MayBeAlias);
        var results = new InspectedImage[tags.Count];
        foreach (var part in (int[][])[order[..first], order[first..]])
        {
            var found = await ForEachAsync(part, index => tags[index].Tag.Tag, (index, token) => _inspector.DateAsync(tags[index], token), cancellationToken);
            for (var i = 0; i < part.Length; i++) results[part[i]] = found[i];
        }

        return results;
    }

    private async Task<InspectedImage[]> ForEachAsync<T>(
        IReadOnlyList<T> items, Func<T, string> tagOf, Func<T, CancellationToken, Task<InspectedImage>> inspect, CancellationToken cancellationToken)
    {
        var results = new InspectedImage[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, items.Count), options, async (index, token) =>
        {
            results[index] = await inspect(items[index], token);
            if (_inspected is not null && _counted.TryAdd(tagOf(items[index]), true)) _inspected();
        });
        return results;
    }
}
