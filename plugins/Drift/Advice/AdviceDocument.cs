using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>Gathers what the available updates change, by name. What was found out of a pair of images before is not read again.</summary>
internal sealed class AdviceDocument(DriftAdvice? last, KnownResults results)
{
    /// <summary>Pairs of a running image and an update; those of the first workloads.</summary>
    public const int MostPairs = 500;

    /// <summary>The document's bytes: with one that is too large, the report store would refuse the whole result.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Vulnerabilities that are listed of one update, of those that it fixes and of those that it brings in.</summary>
    public const int MostNames = 200;

    /// <summary>With less room than this, the packages of a pair are not looked up any more.</summary>
    private const int LeastRoom = 64 << 10;

    /// <summary>Room for the count of what is left out.</summary>
    private const int CountBytes = 32;

    private readonly HashSet<(string, string)> _seen = [];
    private readonly List<UpdateAdvice> _updates = [];
    private readonly Dictionary<(string, string), PackageChanges> _packages = (last?.Updates ?? [])
        .Where(update => update is { Packages: not null, Running: not null, Update: not null })
        .GroupBy(update => (update.Running, update.Update)).ToDictionary(pair => pair.Key, pair => pair.First().Packages!);

    private int _bytes = CountBytes;

    /// <summary>Adds what an update changes that a workload is offered.</summary>
    /// <param name="running">The running image; null where it is not known.</param>
    /// <param name="runningTag">Its tag.</param>
    /// <param name="advised">The update.</param>
    /// <param name="cancellationToken">Ends the reading of results.</param>
    public async Task AddAsync(ImageFacts? running, string runningTag, AdvisedUpdate advised, CancellationToken cancellationToken)
    {
        var update = advised.Image;
        if (running?.Subject is not { } before || update.Facts.Subject is not { } after) return;
        if (!_seen.Add((before, update.Tag)) || _updates.Count >= MostPairs || MostBytes - _bytes < LeastRoom) return;
        var built = await results.ProvenanceOfAsync(running, cancellationToken);
        var builtNow = await results.ProvenanceOfAsync(update.Facts, cancellationToken);
        var advice = new UpdateAdvice
        {
            Running = before,
            RunningTag = runningTag,
            Tag = update.Tag,
            Update = after,
            Fixed = Worst(advised.Change?.Fixed),
            Introduced = Worst(advised.Change?.Introduced),
            FixedCount = Beyond(advised.Change?.Fixed),
            IntroducedCount = Beyond(advised.Change?.Introduced),
            Created = update.Facts.Created,
            SeenSince = update.SeenSince,
            SizeDifference = advised.Update.SizeDifference,
            IsRunningSigned = built?.IsSignatureVerified,
            IsUpdateSigned = builtNow?.IsSignatureVerified,
            IsRunningProvenanceVerified = built?.IsProvenanceVerified,
            IsUpdateProvenanceVerified = builtNow?.IsProvenanceVerified,
            Packages = _packages.GetValueOrDefault((before, after)) ?? await results.PackageChangesAsync(before, after, cancellationToken),
        };
        // As a document of its own: a few bytes more than it takes among others.
        var bytes = new DriftAdvice { Updates = [advice] }.ToDocument().Content.Length;
        if (bytes > MostBytes - _bytes) return;
        _bytes += bytes;
        _updates.Add(advice);
    }

    /// <summary>Nothing where there is no update of a known image.</summary>
    public IEnumerable<ReportDocument> ToDocuments()
    {
        if (_seen.Count == 0) return [];
        var leftOut = _seen.Count - _updates.Count;
        return [new DriftAdvice { Updates = _updates, LeftOut = leftOut > 0 ? leftOut : null }.ToDocument()];
    }

    private static int? Beyond(IReadOnlyDictionary<string, Severity>? vulnerabilities) => vulnerabilities?.Count > MostNames ? vulnerabilities.Count : null;

    private static IReadOnlyList<AdvisedVulnerability>? Worst(IReadOnlyDictionary<string, Severity>? vulnerabilities) => vulnerabilities is null ? null :
    [
        .. vulnerabilities.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(MostNames).Select(pair => new AdvisedVulnerability(pair.Key, pair.Value)),
    ];
}
