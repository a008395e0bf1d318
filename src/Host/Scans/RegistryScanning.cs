using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans;

/// <summary>
/// Has registry scanners look at all images of a resource, after the images' own scans. What is not due, or fails, keeps its last result.
/// </summary>
internal sealed class RegistryScanning(ScanKinds kinds, RegistryExecutor executor, IReportStore store, TimeProvider time)
{
    /// <summary>Runs what is due.</summary>
    /// <param name="round">The resource, its images and tags.</param>
    /// <param name="scanners">The registry scanners that it asks for, in its order.</param>
    /// <param name="asked">The kinds of all scanners that it asks for.</param>
    /// <param name="cancellationToken">Ends the scans.</param>
    /// <returns>What there is of each scanner.</returns>
    public async Task<IReadOnlyList<RegistryFindings>> RunAsync(
        RoundScans round, IReadOnlyList<BoundScanner> scanners, IReadOnlySet<ScannerKind> asked, CancellationToken cancellationToken)
    {
        if (scanners.Count == 0) return [];
        try
        {
            var reports = (await store.FindOfResourceAsync(round.Name, cancellationToken)).ToDictionary(report => report.Key);
            var subject = RegistryInputs.SubjectOf(round.Resource);
            var findings = scanners.Select(scanner => FindingsOf(scanner, reports.GetValueOrDefault(KeyOf(round, scanner)), subject, asked)).ToArray();
            return await RunDueAsync(round, scanners, findings, cancellationToken);
        }
        catch (ReportStoreException failure)
        {
            return [.. scanners.Select(scanner => new RegistryFindings { Use = scanner.Use, Problem = new ScanProblem(ScanReasons.Failed, failure.Message) })];
        }
    }

    private static ResourceReportKey KeyOf(RoundScans round, BoundScanner scanner) => new(round.Name, scanner.Use.Kind, scanner.Use.Scanner);

    private static RegistryFindings FindingsOf(BoundScanner scanner, ResourceReport? stored, string subject, IReadOnlySet<ScannerKind> asked) => new()
    {
        Use = scanner.Use,
        // One that a later version has written in another form is made anew.
        Report = stored?.Subject == subject && RegistryResultJson.IsReadable(stored.Content) ? stored : null,
        IsOfAnother = stored is not null && stored.Subject != subject,
        Problem = scanner.Problem ?? MissingNeed(scanner, asked),
    };

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
        RoundScans round, IReadOnlyList<BoundScanner> scanners, RegistryFindings[] findings, CancellationToken cancellationToken)
    {
        var history = await store.ReadTagHistoryAsync(round.Name, round.Registry.Client.Repository.Name, cancellationToken);
        var images = round.Statuses.Zip(round.Images, (status, image) => ToTagged(status, image, round.Resource.Spec)).OfType<TaggedImage>()
            .Select(image => image with { History = HistoryOf(image, history) }).ToArray();
        var digests = images.SelectMany(image => image.Platforms.Select(platform => platform.Digest).Append(image.Digest)).ToHashSet();
        var results = (await store.FindAsync(digests, cancellationToken)).Where(report => StoredResults.Kinds.Contains(report.Key.Kind)).ToArray();
        var due = new List<(int Index, RegistryWork Work)>();
        for (var i = 0; i < scanners.Count; i++)
        {
            if (findings[i].Problem is not null) continue;
            var work = Prepare(round, scanners[i], images, digests, results, findings[i].Report);
            if (RegistryPlanner.IsDue(work, round.Asked, round.Resource.Spec.EffectiveScanInterval, time.GetUtcNow())) due.Add((i, work));
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
    }

    /// <summary>What a tag has named; nothing where what it names now could not be recorded.</summary>
    private IReadOnlyList<TagHistoryEntry> HistoryOf(TaggedImage image, IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>> history)
    {
        if (!history.TryGetValue(image.Tag, out var entries) || entries is not [{ To: null } newest, ..] || newest.Digest != image.Digest) return [];
        var now = time.GetUtcNow();
        // What a wrong clock has dated into the future was at any rate before now.
        return [.. entries.Select(entry => entry with { From = Believed(entry.From), To = entry.To is { } to ? Believed(to) : null })];

        DateTimeOffset Believed(DateTimeOffset stored) => StoredTime.Believed(stored, now) ?? now;
    }

    private RegistryWork Prepare(
        RoundScans round, BoundScanner scanner, TaggedImage[] images, IReadOnlySet<Digest> digests, Report[] results, ResourceReport? last)
    {
        var request = new RegistryScanRequest
        {
            Repository = round.Registry.Client.Repository,
            Images = [.. images.Where(image => scanner.Use.Covers(image.Tag))],
            Tags = round.Tags,
            IsTagListComplete = round.IsTagListComplete,
            // Nobody looks at workloads yet; where they are, they count among what a result depends on.
            Workloads = null,
            Results = new StoredResults(kinds, store, digests, time),
            Client = round.Registry.Client,
        };
        var inputs = RegistryInputs.Of(round.Resource, request, results);
        return new RegistryWork(KeyOf(round, scanner), scanner, request, inputs, round.Registry.Access) { Last = last };
    }

    /// <summary>Null for a tag of which not even the digest is known. What could not be read this time is as it was.</summary>
    private static TaggedImage? ToTagged(ImageStatus status, InspectedImage image, RegistrySpec spec)
    {
        if (!Digest.TryParse(status.Digest, out var digest)) return null;
        // A failure overwrites the reason; only an image has a configuration.
        var details = image.IsRead ? image.Details : ImageDetails.FromStatus(status.Config is null ? status : status with { Reason = null, Message = null });
        var platforms = details is null ? PlatformChoices.None : PlatformChooser.Choose(spec.Platforms, digest, details);
        return new TaggedImage(status.Tag, digest, status.Timestamps?.Created, status.Size ?? 0)
        {
            Platforms = [.. platforms.Chosen.Select(platform => new PlatformManifest(platform.ToPlatform(), platform.Digest))],
            FirstSeen = status.Timestamps?.FirstSeen,
        };
    }
}
