using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>Gathers what the available updates change, by name. What was found out of a pair of images before is not read again.</summary>
internal sealed class AdviceDocument(DriftAdvice? last, KnownResults results)
{
    /// <summary>Pairs of a running image and an update; those of the first workloads.</summary>
    private const int MostPairs = 500;

    private readonly Dictionary<(string, string), UpdateAdvice> _updates = [];
    private readonly Dictionary<(string, string), PackageChanges> _packages = (last?.Updates ?? [])
        .Where(update => update is { Packages: not null, Running: not null, Update: not null })
        .GroupBy(update => (update.Running, update.Update)).ToDictionary(pair => pair.Key, pair => pair.First().Packages!);

    /// <summary>Adds what an update changes.</summary>
    /// <param name="running">The running image; null where it is not known.</param>
    /// <param name="runningTag">Its tag.</param>
    /// <param name="advised">The advice.</param>
    /// <param name="update">The update.</param>
    /// <param name="cancellationToken">Ends the reading of results.</param>
    public async Task AddAsync(ImageFacts? running, string runningTag, AdvisedUpdate advised, TagImage update, CancellationToken cancellationToken)
    {
        if (running?.Subject is not { } before || update.Facts.Subject is not { } after) return;
        var key = (before, update.Tag);
        if (_updates.Count >= MostPairs || _updates.ContainsKey(key)) return;
        _updates[key] = new UpdateAdvice
        {
            Running = before,
            RunningTag = runningTag,
            Tag = update.Tag,
            Update = after,
            Fixed = Sorted(advised.Change?.Fixed),
            Introduced = Sorted(advised.Change?.Introduced),
            Created = update.Facts.Created,
            SeenSince = update.SeenSince,
            SizeDifference = advised.Update.SizeDifference,
            IsRunningSigned = (await results.ProvenanceOfAsync(running, cancellationToken))?.IsSignatureVerified,
            IsUpdateSigned = (await results.ProvenanceOfAsync(update.Facts, cancellationToken))?.IsSignatureVerified,
            Packages = _packages.GetValueOrDefault((before, after)) ?? await results.PackageChangesAsync(before, after, cancellationToken),
        };
    }

    /// <summary>Nothing where there is no update of a known image.</summary>
    public IEnumerable<ReportDocument> ToDocuments() => _updates.Count == 0 ? [] : [new DriftAdvice { Updates = [.. _updates.Values] }.ToDocument()];

    private static IReadOnlyList<AdvisedVulnerability>? Sorted(IReadOnlyDictionary<string, Severity>? vulnerabilities) => vulnerabilities is null ? null :
    [
        .. vulnerabilities.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new AdvisedVulnerability(pair.Key, pair.Value)),
    ];
}
