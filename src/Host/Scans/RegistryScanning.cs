using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans;

/// <summary>
/// Runs registry scanners over all images of a resource, after the images' own scans. What is not due, or fails, keeps its last result.
/// </summary>
internal sealed class RegistryScanning(ScanKinds kinds, RegistryExecutor executor, IReportStore store, TimeProvider time)
{
    /// <summary>Runs what is due.</summary>
    /// <param name="round">The resource, its images and tags.</param>
    /// <param name="scanners">The registry scanners that it asks for, in its order.</param>
    /// <param name="all">All scanners that it asks for, of whose results these may read.</param>
    /// <param name="cancellationToken">Ends the scans.</param>
    /// <returns>The findings of each scanner.</returns>
    public async Task<IReadOnlyList<RegistryFindings>> RunAsync(
        RoundScans round, IReadOnlyList<BoundScanner> scanners, IReadOnlyList<BoundScanner> all, CancellationToken cancellationToken)
    {
        if (scanners.Count == 0) return [];
        var asked = all.Select(scanner => scanner.Use.Kind).ToHashSet();
        try
        {
            var reports = (await store.FindOfResourceAsync(round.Name, cancellationToken)).ToDictionary(report => report.Key);
            var findings = scanners.Select(scanner => FindingsOf(scanner, IdentityOf(round, scanner), reports, asked)).ToArray();
            return await RunDueAsync(round, scanners, all, findings, cancellationToken);
        }
        catch (ReportStoreException failure)
        {
            return [.. scanners.Select(scanner => new RegistryFindings { Use = scanner.Use, Problem = new ScanProblem(ScanReasons.Failed, failure.Message) })];
        }
    }

    private static ResourceResultIdentity IdentityOf(RoundScans round, BoundScanner scanner) =>
        ResourceResultIdentity.Of(scanner, round.Name, round.Resource);

    private static RegistryFindings FindingsOf(
        BoundScanner scanner, ResourceResultIdentity identity, Dictionary<ResourceReportKey, ResourceReport> reports, IReadOnlySet<ScannerKind> asked)
    {
        var stored = reports.GetValueOrDefault(identity.Key);
        return new RegistryFindings
        {
            Use = scanner.Use,
            // One that a later version has written in another form is made anew.
            Report = stored?.Subject == identity.Subject && RegistryResultJson.IsReadable(stored.Content) ? stored : null,
            IsOfAnother = stored is not null && stored.Subject != identity.Subject,
            Problem = scanner.Problem ?? MissingNeed(scanner, asked),
        };
    }

    private static ScanProblem? MissingNeed(BoundScanner scanner, IReadOnlySet<ScannerKind> asked)
    {
        foreach (var kind in scanner.Scanner?.Descriptor.Needs ?? [])
        {
            if (!asked.Contains(kind))
            {
                var message = $"{scanner.Use.Scanner} needs results of kind {kind}: switch them on in the resource's spec.";
                return new ScanProblem(ScanReasons.ScannerUnavailable, message);
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<RegistryFindings>> RunDueAsync(
        RoundScans round, IReadOnlyList<BoundScanner> scanners, IReadOnlyList<BoundScanner> all, RegistryFindings[] findings,
        CancellationToken cancellationToken)
    {
        var history = round.History ?? await store.ReadTagHistoryAsync(round.Name, round.Registry.Client.Repository.Name, cancellationToken);
        var images = round.Statuses.Zip(round.Images, (status, image) => ToTagged(status, image, round.Resource.Spec)).OfType<TaggedImage>()
            .Select(image => image with { History = HistoryOf(image, history) }).ToArray();
        var digests = images.SelectMany(image => image.Platforms.Select(platform => platform.Digest).Append(image.Digest)).ToHashSet();
        // What runs under a moved tag, or by its digest alone, is no tag's image any more.
        var running = WorkloadUsage.DigestsOf(round.Workloads ?? []).ToHashSet();
        digests.UnionWith(running);
        var results = (await store.FindAsync(digests, cancellationToken))
            .Where(report => StoredResults.Kinds.Contains(report.Key.Kind) && IsUsed(report.Key))
            .ToArray();
        var earlier = EarlierTags(round, images, running, history);
        var due = new List<(int Index, RegistryWork Work)>();
        for (var i = 0; i < scanners.Count; i++)
        {
            if (findings[i].Problem is null && ProblemOfWorkloads(round, scanners[i]) is { } unknown) findings[i] = findings[i] with { Problem = unknown };
            if (ComparesWorkloads(round, scanners[i])) findings[i] = findings[i] with { NoWorkloads = round.NoWorkloads };
            if (findings[i].Problem is not null) continue;
            var stored = new StoredResults(kinds, store, round.Registry, IsUsed, time);
            var work = Prepare(round, scanners[i], images, earlier, stored, results, findings[i].Report);
            if (!RegistryPlanner.IsDue(work, round.Asked, round.Resource.Spec.EffectiveScanInterval, time.GetUtcNow())) continue;
            // As after a restart: without the tags nothing can be said of what runs, and the last result stays with its date.
            if (round is { Tags.Count: 0, IsTagListComplete: false, Workloads: not null } && ComparesWorkloads(round, scanners[i]))
                findings[i] = findings[i] with { NeedsTags = true };
            else
                due.Add((i, work));
        }

        if (due.Count > 0) round.Progress?.ScansPlanned(due.Count);
        // A resource names few scanners; the places of the process limit how many run.
        await Task.WhenAll(due.Select(async scan =>
        {
            var outcome = await executor.RunAsync(scan.Work, round.Asked is not null, cancellationToken);
            findings[scan.Index] = findings[scan.Index] with { Report = outcome.Report ?? findings[scan.Index].Report, Problem = outcome.Problem };
            round.Progress?.ScanEnded();
        }));
        return findings;

        // What others have made of the same image, with their options and Secrets, is no result of this resource.
        bool IsUsed(ReportKey key) => all.Any(scanner => scanner.Uses(key));
    }

    /// <summary>Not knowing what runs is no failure of the scanner: it is compared as soon as it is known, without a backoff.</summary>
    private ScanProblem? ProblemOfWorkloads(RoundScans round, BoundScanner scanner) =>
        round is { Workloads: null, WorkloadsProblem: { } problem } && ComparesWorkloads(round, scanner)
            ? new ScanProblem(ScanReasons.WorkloadsUnknown, problem)
            : null;

    private bool ComparesWorkloads(RoundScans round, BoundScanner scanner) => kinds.Of(scanner.Use.Kind).WorkloadsOf(round.Resource.Spec) is not null;

    /// <summary>What a tag has named; nothing where what it names now could not be recorded.</summary>
    private IReadOnlyList<TagHistoryEntry> HistoryOf(TaggedImage image, IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>> history)
    {
        if (!history.TryGetValue(image.Tag, out var entries) || entries is not [{ To: null } newest, ..] || newest.Digest != image.Digest) return [];
        var now = time.GetUtcNow();
        var believed = Believed(entries, now);
        // A store that was lost has begun anew, and the status has not. One that knows more has seen what the status has not.
        if (believed.Length == 1 && image.History is [var shown] && shown.Digest == newest.Digest
            && Believed(shown.From, now) is var since && since < believed[0].From)
        {
            believed[0] = believed[0] with { From = since };
        }

        return believed;
    }

    /// <summary>What a wrong clock has dated into the future was at any rate before now.</summary>
    private static TagHistoryEntry[] Believed(IReadOnlyList<TagHistoryEntry> entries, DateTimeOffset now) =>
        [.. entries.Select(entry => entry with { From = Believed(entry.From, now), To = entry.To is { } to ? Believed(to, now) : null })];

    private static DateTimeOffset Believed(DateTimeOffset stored, DateTimeOffset now) => StoredTime.Believed(stored, now) ?? now;

    /// <summary>What tags have named that are no image of the round, of those that workloads name, or that have named what they run.</summary>
    private Dictionary<string, IReadOnlyList<TagHistoryEntry>> EarlierTags(
        RoundScans round, TaggedImage[] images, HashSet<Digest> running, IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>> history)
    {
        if (round.Workloads is not { Count: > 0 } workloads) return [];
        var known = images.Select(image => image.Tag).ToHashSet(StringComparer.Ordinal);
        var named = WorkloadUsage.TagsOf(workloads).ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        return history.Where(tag => !known.Contains(tag.Key) && (named.Contains(tag.Key) || tag.Value.Any(entry => running.Contains(entry.Digest))))
            .ToDictionary(tag => tag.Key, tag => (IReadOnlyList<TagHistoryEntry>)Believed(tag.Value, now), StringComparer.Ordinal);
    }

    private static RegistryWork Prepare(
        RoundScans round, BoundScanner scanner, TaggedImage[] images, IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>> earlier,
        StoredResults stored, Report[] results, ResourceReport? last)
    {
        var request = new RegistryScanRequest
        {
            Repository = round.Registry.Client.Repository,
            Images = [.. images.Where(image => scanner.Use.Covers(image.Tag))],
            EarlierTags = earlier,
            Tags = round.Tags,
            IsTagListComplete = round.IsTagListComplete,
            Workloads = round.Workloads,
            WorkloadsProblem = round.WorkloadsProblem,
            Interval = scanner.Use.Interval,
            Results = stored,
            Client = round.Client,
        };
        var inputs = RegistryInputs.Of(request, results);
        return new RegistryWork(IdentityOf(round, scanner), scanner, request, inputs) { Last = last };
    }

    /// <summary>Null for a tag whose digest is unknown. An image that could not be read this time keeps its last details.</summary>
    private static TaggedImage? ToTagged(ImageStatus status, InspectedImage image, RegistrySpec spec)
    {
        if (!Digest.TryParse(status.Digest, out var digest)) return null;
        // A failure overwrites the reason; only an image has a configuration.
        var details = image.IsRead ? image.Details : ImageDetails.FromStatus(status.Config is null ? status : status with { Reason = null, Message = null });
        var platforms = details is null ? PlatformChoices.None : PlatformChooser.Choose(spec.Platforms, digest, details);
        return new TaggedImage(status.Tag, digest, status.Timestamps?.Created, status.Size ?? 0)
        {
            Platforms = [.. platforms.Chosen.Select(platform => new PlatformManifest(platform.ToPlatform(), platform.Digest))],
            OtherPlatforms = [.. platforms.Others.Select(platform => new PlatformManifest(platform.ToPlatform(), platform.Digest))],
            FirstSeen = status.Timestamps?.FirstSeen,
            History = status.Timestamps?.UnchangedSince is { } since ? [new TagHistoryEntry(digest, since)] : [],
        };
    }
}
