using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans;

/// <summary>
/// Scans the images of a resource: determines what is due, runs it, and puts results and reasons into the images' status; then runs registry scanners
/// over all of them. What is not due, or fails, keeps its last result.
/// </summary>
internal sealed class ImageScanning(
    ScanKinds kinds, ScannerDirectory scanners, ScanExecutor executor, RegistryScanning overAll, IReportStore store, TimeProvider time)
{
    /// <summary>While scans run, what is known so far is recorded and published this often.</summary>
    private static readonly TimeSpan PublishInterval = TimeSpan.FromSeconds(30);

    private readonly ScanPlanner _planner = new(time);

    /// <summary>Runs all that is due.</summary>
    public async Task<RoundScanResults> RunAsync(RoundScans round, CancellationToken cancellationToken)
    {
        var uses = kinds.UsesOf(round.Resource.Spec).Select(use => use with { Platforms = round.Resource.Spec.Platforms });
        var bound = await Task.WhenAll(uses.Select(use => scanners.BindAsync(use, round.Registry, round.Secrets, round.Asked, cancellationToken)));
        bound = [.. bound.Select(scanner => scanner.MadeFrom(bound))];
        var images = round.Images.Select((image, index) => ScanImage.Of(image, round.Statuses[index], round.Resource.Spec)).ToArray();
        var state = await LoadAsync([.. bound.Where(scanner => !IsOverAll(scanner, round))], round, images, cancellationToken);
        IReadOnlyList<RegistryFindings> findings = [];
        if (bound.Length > 0)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = RunAllAsync(round, images, state, bound, stop.Token);
            try
            {
                await FollowAsync(running, round, images, state, cancellationToken);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }

            findings = await running;
        }

        await RecordUsesAsync(round, images, state, cancellationToken);
        var statuses = await ApplyAsync(round, images, state, cancellationToken);
        for (var i = 0; i < bound.Length; i++)
        {
            if (state.FoundUnavailable(bound[i])) bound[i] = await scanners.AfterFailureAsync(bound[i], cancellationToken);
        }

        return new RoundScanResults(statuses, ScannersCondition.Of(bound), findings)
        {
            KindConditions = kinds.ConditionsOf(
                round.Resource.Spec, kind => ProblemOf(bound, kind), statuses, round.Workloads is not null, round.WorkloadsProblem),
        };
    }

    private static ScanProblem? ProblemOf(IEnumerable<BoundScanner> bound, ScannerKind kind) =>
        bound.FirstOrDefault(scanner => scanner.Use.Kind == kind && scanner.Problem is not null) is { Problem: { } problem, Cause: { } cause }
            ? new ScanProblem(cause, problem.Message)
            : null;

    /// <summary>For a scanner that is no longer installed, the place of its last result in the status decides.</summary>
    private static bool IsOverAll(BoundScanner scanner, RoundScans round) =>
        scanner.IsOverAll ?? round.Resource.Status?.Scans.ContainsKey(scanner.Use.Scanner) is true;

    private async Task<IReadOnlyList<RegistryFindings>> RunAllAsync(
        RoundScans round, ScanImage[] images, ScanState state, BoundScanner[] bound, CancellationToken cancellationToken)
    {
        if (state.Scanners.Count > 0 && state.Problem is null) await RunDueAsync(round, images, state, cancellationToken);
        BoundScanner[] ofAll = [.. bound.Where(scanner => IsOverAll(scanner, round))];
        return await overAll.RunAsync(round, ofAll, bound, cancellationToken);
    }

    private async Task<ScanState> LoadAsync(IReadOnlyList<BoundScanner> bound, RoundScans round, ScanImage[] images, CancellationToken cancellationToken)
    {
        if (bound.Count == 0) return new ScanState(images, bound, []);
        try
        {
            var subjects = images.SelectMany(image => image.Platforms.Chosen.Concat(bound.SelectMany(scanner => scanner.SubjectsOf(image))));
            Digest[] digests = [.. subjects.Select(subject => subject.Digest).Distinct()];
            var reports = await store.FindAsync(digests, cancellationToken);
            var state = new ScanState(images, bound, reports.Where(report => bound.Any(scanner => scanner.Uses(report.Key))));
            await DenyUnreadableAsync(state, round, images, cancellationToken);
            // What is shown while scans run is joined with this resource's results already.
            foreach (var kind in kinds.All) await kind.JoinAsync(state, store, cancellationToken);
            return state;
        }
        catch (ReportStoreException failure)
        {
            return new ScanState(images, bound, []) { Problem = new ScanProblem(ScanReasons.Failed, failure.Message) };
        }
    }

    /// <summary>Records which reports are this resource's: what `report`, the search and the API show of its images.</summary>
    private async Task RecordUsesAsync(RoundScans round, ScanImage[] images, ScanState state, CancellationToken cancellationToken)
    {
        if (state.Problem is not null) return;
        var denied = state.Denied.Select(key => key.Digest).ToHashSet();
        // Of an image that could not be read this time, what it has stays.
        var seen = images.Where(image => image.Platforms != PlatformChoices.None)
            .SelectMany(image => image.Platforms.Chosen.Select(platform => platform.Digest).Concat(image.Digest is { } own ? [own] : []))
            .Where(digest => !denied.Contains(digest)).ToHashSet();
        var keys = images.SelectMany(image => state.Scanners.Where(scanner => scanner.Use.Covers(image.Tag))
            .SelectMany(scanner => scanner.SubjectsOf(image).Select(scanner.KeyOf)));
        // What could not be bound has no options to tell its keys by.
        var kept = state.Scanners.Where(scanner => scanner.Scanner is null).Select(scanner => (scanner.Use.Kind, scanner.Use.Scanner)).ToHashSet();
        try
        {
            var uses = new ReportUses([.. keys.Distinct().Where(key => !denied.Contains(key.Digest))], seen, kept);
            await store.SetUsesAsync(round.Name, uses, cancellationToken);
        }
        catch (ReportStoreException)
        {
            // Reports are shown as the last round recorded them; the round has told why the store can't be used where that matters.
        }
    }

    /// <summary>
    /// Takes back what was made by others of what this resource has not shown that it can read. One HEAD a manifest, once; none for what the round has
    /// read itself.
    /// </summary>
    private static async Task DenyUnreadableAsync(ScanState state, RoundScans round, ScanImage[] images, CancellationToken cancellationToken)
    {
        var stored =
            from image in images
            from scanner in state.Scanners
            where scanner.Use.Covers(image.Tag)
            from work in ScanPlanner.WorkOf(scanner, image)
            where state.ReportOf(work.Key) is not null
            select work;
        ScanProblem? outage = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = round.Resource.Spec.EffectiveConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stored.DistinctBy(work => work.Key).ToArray(), options, async (work, token) =>
        {
            var unshown = work.Manifests.Where(manifest => !round.Registry.Rights.Has(manifest)).ToArray();
            if (unshown.Length == 0) return;
            // A registry that is away says the same of all.
            var problem = Volatile.Read(ref outage) ?? await ResultRights.ProblemAsync(round.Registry, unshown, token);
            if (problem is null) return;
            if (problem.IsTransient) Volatile.Write(ref outage, problem);
            state.Deny(work.Key, problem);
        });
    }

    /// <summary>Scanners without needs first, then those that need their results.</summary>
    private async Task RunDueAsync(RoundScans round, ScanImage[] images, ScanState state, CancellationToken cancellationToken)
    {
        BoundScanner[] first = [.. state.Scanners.Where(scanner => scanner.Scanner?.Descriptor.Needs.Count is 0)];
        BoundScanner[] second = [.. state.Scanners.Where(scanner => scanner.Scanner?.Descriptor.Needs.Count > 0)];
        if (await RunStageAsync(round, images, first, state, cancellationToken))
        {
            foreach (var kind in kinds.All) await kind.JoinAsync(state, store, cancellationToken);
        }

        await RunStageAsync(round, images, second, state, cancellationToken);
    }

    /// <returns>False where nothing was due.</returns>
    private async Task<bool> RunStageAsync(
        RoundScans round, ScanImage[] images, IReadOnlyList<BoundScanner> stage, ScanState state, CancellationToken cancellationToken)
    {
        var due = _planner.Plan(images, stage, state.Scanners, state.Reports, round.Asked)
            .Where(work => state.ProblemOf(work.Key) is null && !LacksNeeded(work, state)).ToArray();
        if (due.Length == 0) return false;
        if (await UsedAsync(round, state, due, cancellationToken) is not { } used) return false;
        for (var i = 0; i < due.Length; i++)
        {
            due[i] = due[i] with
            {
                Attachments = AttachmentsOf(due[i], round),
                Documents = round.Documents,
                Asked = round.Asked,
                Scanners = state.Scanners,
                Used = used,
            };
        }

        round.Progress?.ScansPlanned(due.Length);
        var options = new ParallelOptions { MaxDegreeOfParallelism = executor.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(due, options, async (work, token) =>
        {
            state.Add(work.Key, await executor.RunAsync(work, round.Asked is not null, token));
            round.Progress?.ScanEnded();
        });
        return true;
    }

    /// <summary>What the resource used before the round; null where the store does not tell, which is then the reason of all that is due.</summary>
    private async Task<IReadOnlySet<ReportKey>?> UsedAsync(RoundScans round, ScanState state, IEnumerable<ScanWork> due, CancellationToken cancellationToken)
    {
        try
        {
            return state.Used ??= await store.FindUsesAsync(round.Name, cancellationToken);
        }
        catch (ReportStoreException failure)
        {
            foreach (var work in due) state.Add(work.Key, new WorkOutcome(null, new ScanProblem(ScanReasons.Failed, failure.Message)));
            return null;
        }
    }

    private static IImageAttachments? AttachmentsOf(ScanWork work, RoundScans round) =>
        work.Image is { Digest: { } digest, Platforms: var platforms }
            ? round.Attachments.Of(digest, [.. platforms.Whole.Select(platform => platform.Digest)])
            : null;

    /// <summary>The unmet need becomes the reason.</summary>
    private static bool LacksNeeded(ScanWork work, ScanState state)
    {
        if (ScanNeeds.ProblemOf(work, state.Scanners, state.ReportOf) is not { } problem) return false;
        state.Add(work.Key, new WorkOutcome(null, problem));
        return true;
    }

    /// <summary>
    /// Records and publishes what there is already. Until it is recorded, nobody is shown it, and in a round longer than the time to live it would be deleted
    /// as unused.
    /// </summary>
    private async Task FollowAsync(Task running, RoundScans round, ScanImage[] images, ScanState state, CancellationToken cancellationToken)
    {
        // The first time early, so that tags and details show before scans end; but not where nothing is due and the round ends at once.
        var wait = TimeSpan.FromMilliseconds(500);
        while (await Task.WhenAny(running, Task.Delay(wait, time, cancellationToken)) != running)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RecordUsesAsync(round, images, state, cancellationToken);
            if (round.Publish is not null) await round.Publish(await ApplyAsync(round, images, state, cancellationToken));
            wait = PublishInterval;
        }
    }

    private async Task<IReadOnlyList<ImageStatus>> ApplyAsync(RoundScans round, ScanImage[] images, ScanState state, CancellationToken cancellationToken)
    {
        var statuses = new ImageStatus[images.Length];
        for (var i = 0; i < images.Length; i++) statuses[i] = await ApplyAsync(round, images[i], round.Statuses[i], state, cancellationToken);
        return statuses;
    }

    private async Task<ImageStatus> ApplyAsync(RoundScans round, ScanImage image, ImageStatus status, ScanState state, CancellationToken cancellationToken)
    {
        // An image that could not be read this time keeps its results; what is not an image has its own reason.
        if (image.Platforms == PlatformChoices.None) return status;
        foreach (var kind in kinds.All)
        {
            var findings = state.Scanners
                .Where(scanner => scanner.Use.Kind == kind.Kind)
                .Select(scanner => ImageFindings.Of(image, scanner, state)).ToArray();
            status = await kind.ShowAsync(status, findings, round.Resource.Spec, store, cancellationToken);
        }

        return status;
    }
}
