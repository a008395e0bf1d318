using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>Compares the images of a workload with the repository. Of several, the worst counts, an alarm before all; the changes of all are told.</summary>
internal sealed class WorkloadComparer(
    Candidates candidates, FloatingTags floating, ImageReader images, TagChanges changes, MissingImages missing, KnownResults results, UpdateAdvisor advisor,
    AdviceDocument document, KeptResults kept, RepositoryReference repository, DateTimeOffset checkedAt)
{
    /// <summary>What a registry says of a tag alone, as one that gives out no image with vulnerabilities.</summary>
    private static readonly RegistryErrorKind[] OfOneTag =
    [
        RegistryErrorKind.InvalidResponse, RegistryErrorKind.DigestMismatch, RegistryErrorKind.TooLarge, RegistryErrorKind.Denied, RegistryErrorKind.Other,
    ];

    /// <summary>Updates of one workload.</summary>
    private const int MostUpdates = 5;

    /// <summary>Images of one workload that are judged.</summary>
    private const int MostImages = 50;

    /// <summary>Compares a workload. What the registry refuses is its own failure: others, and its other images, are judged.</summary>
    public async Task<ComparedWorkload> CompareAsync(Workload workload, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var all = RunningTag.Of(workload, repository);
        var found = new List<ComparedImage>();
        foreach (var running in all.Take(MostImages))
        {
            try
            {
                found.Add(new(running, await CompareAsync(workload, running, policy, cancellationToken), Failure: null));
            }
            catch (Exception failure) when (IsOwn(failure, cancellationToken))
            {
                found.Add(new(running, kept.Keep(workload, running, failure), failure));
            }
        }

        var first = found.Find(one => one.Failure is RegistryException)?.Failure ?? found.Find(one => one.Failure is not null)?.Failure;
        var isChecked = first is null || found.Exists(one => one.Failure is null);
        if (!isChecked && kept.Of(workload, [.. all.Select(one => one.Image)], first!) is { } last) return new(last with { Warnings = policy.Problems }, first);
        var merged = ComparedImage.Merge(found, policy.Problems);
        if (all.Count > MostImages)
            merged = merged with { Message = Join(merged.Message, $"Of its {all.Count} images, the first {MostImages} are judged.") };
        // What was not looked at may be anything.
        if (merged.State == DriftState.Latest && (first is not null || all.Count > MostImages)) merged = merged with { State = DriftState.Unknown };
        return new(merged, isChecked ? null : first);
    }

    /// <summary>True for a failure to look at one image. What ends the check is told by the token.</summary>
    private static bool IsOwn(Exception failure, CancellationToken cancellationToken) =>
        failure is (RegistryException or NotAskedException) && !cancellationToken.IsCancellationRequested;

    private static IEnumerable<string> MessagesOf(WorkloadDrift drift) => drift.Changes.Select(change => change.Message);

    private static string Join(params string?[] sentences) => string.Join(' ', sentences.Where(sentence => !string.IsNullOrEmpty(sentence)));

    private async Task<WorkloadDrift> CompareAsync(Workload workload, RunningTag running, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var (tag, note) = await TagOfAsync(running, cancellationToken);
        var drift = new WorkloadDrift
        {
            Namespace = workload.Namespace,
            Name = workload.Name,
            Kind = workload.Kind,
            CurrentImage = running.Image,
            CurrentTag = tag,
            Message = note,
        };
        if (tag is null) return await NamedByDigestAsync(drift, running, cancellationToken);
        var now = await images.OfTagAsync(tag, cancellationToken);
        var (found, also) = await ChangeAsync(running, tag, now, policy, cancellationToken);
        drift = drift with { Changes = [.. new[] { found?.Change, also?.Change }.OfType<TagChange>()] };
        if (found?.NotKnownYet is { } unknown) drift = drift with { Message = Join(drift.Message, unknown) };
        try
        {
            return await CompareAsync(drift, tag, now, found, running, policy, cancellationToken);
        }
        catch (SlowPatternException slow)
        {
            return drift with
            {
                Recommendation = DriftRecommendation.ReviewRequired,
                Message = Join([drift.Message, .. MessagesOf(drift), $"What is newer is not known: {slow.Message}"]),
            };
        }
        catch (Exception failure) when (drift.Changes.Any(KeptResults.IsAlarm) && IsOwn(failure, cancellationToken))
        {
            return drift with
            {
                Recommendation = DriftRecommendation.ReviewRequired,
                Message = Join([drift.Message, .. MessagesOf(drift), $"What is newer could not be checked now: {KeptResults.ReasonOf(failure)}."]),
            };
        }
    }

    private async Task<WorkloadDrift> CompareAsync(
        WorkloadDrift drift, string tag, TagImage? now, FoundChange? found, RunningTag running, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var runs = await RunningImagesAsync(running, now, cancellationToken);
        // One without a date hides none that has one.
        var image = runs.MaxBy(facts => facts.Created) ?? now?.Facts;
        var refused = new List<string>();
        var advised = new Dictionary<string, AdvisedUpdate>(StringComparer.Ordinal);
        var steps = new StepChoice(LookAsync, images, candidate => images.HasProbablyWaited(candidate, policy.MinimumAge));
        var newer = candidates.NewerThan(tag, policy.Updates, drift.Namespace, cancellationToken);
        var updates = (await steps.ChooseAsync(newer, MostUpdates)).Select(candidate => advised[candidate]).ToArray();
        // Not as each is looked at: the document has room for what is offered alone.
        foreach (var update in updates) await document.AddAsync(image, tag, update, cancellationToken);
        return new Verdict(drift, running, updates, refused)
        {
            IsTagThere = now is not null,
            WasNeverThere = !missing.WasThere(running.Pinned?.ToString() ?? tag),
            HasVersion = candidates.ShapeOf(tag) is not null,
            Vulnerabilities = await WorstOfAsync(runs.DefaultIfEmpty(now?.Facts), cancellationToken),
            Claims = found?.Claims,
            IsChangeUnknown = found is { Change: null },
            IsOfMirrorAlone = found is { IsOfMirrorAlone: true },
            HasGoneBack = found is { IsOlder: true },
            TagWaitsUntil = now is not null && drift.Changes.Count > 0 ? await WaitsUntilAsync(image, now, policy, cancellationToken) : null,
            IsAgeUnreadable = policy.IsAgeUnreadable,
            Step = policy.Updates.Step,
            Outside = candidates.OutsideOf(tag, policy.Updates, drift.Namespace, cancellationToken),
            NotLookedAt = steps.NotLookedAt,
            LeftOut = updates.Length == 0 ? newer.LeftOut : null,
        }.Decide();

        async Task<CandidateFit> LookAsync(string candidate)
        {
            if (await AcceptedAsync(tag, candidate, image, running.Platforms, refused, cancellationToken) is not { } update) return CandidateFit.Refused;
            var advice = advised[candidate] = await advisor.AdviseAsync(image, update, isNewer: true, policy, cancellationToken);
            return advice.Update.Recommendation == UpdateRecommendation.Waiting ? CandidateFit.Waits : CandidateFit.Ready;
        }
    }

    /// <summary>
    /// The tag whose image runs. Where a workload names a digest as well, that decides: a tag that somebody has changed by hand, with the old digest behind it,
    /// says what was meant and not what runs.
    /// </summary>
    private async Task<(string? Tag, string? Note)> TagOfAsync(RunningTag running, CancellationToken cancellationToken)
    {
        if (running.Pinned is not { } pinned) return (running.Tag, null);
        if (running.Tag is not { } tag) return (BestOf(images.KnownToName(pinned)), null);
        if (candidates.IsFloating(tag) || images.HasNamed(tag, pinned)) return (tag, null);
        if (await images.OfTagAsync(tag, cancellationToken) is { } now && await images.IsAsync(now.Facts, pinned, cancellationToken)) return (tag, null);
        var other = BestOf(images.KnownToName(pinned));
        foreach (var near in candidates.Near(tag))
        {
            if (other is not null) break;
            if (await images.NamesAsync(near, pinned, cancellationToken)) other = near;
        }

        return other is null ? (tag, null) : (other, $"It is written {tag}, but its digest is that of {other}, and the digest is what runs.");
    }

    /// <summary>What has happened to the image, and to the tag as well where the workload names a digest that is gone.</summary>
    private async Task<(FoundChange? Found, FoundChange? Also)> ChangeAsync(
        RunningTag running, string tag, TagImage? now, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        // Asked at each check, whether or not anything has changed: it remembers what the tag is.
        var isFloating = now is not null && floating.IsFloating(now, policy.ExpectsImmutableTags);
        // Pods pull a digest, where there is one, whatever has become of the tag.
        if (running.Pinned is { } pinned)
        {
            // Noted, so that nobody asks for it between two lists.
            if (now is null) await missing.FindAsync(tag, isTag: true, cancellationToken);
            if (now?.Facts.Is(pinned) == true) missing.NoteHad(pinned.ToString());
            else if (await missing.ChangeAsync(running, pinned.ToString(), isTag: false, cancellationToken) is { } absent)
                return (absent, absent.Change is null ? null : await OfTagOrNothingAsync());
            return (await OfTagAsync(), null);
        }

        if (now is not null) return (await OfTagAsync(), null);
        return (running.Tag is null ? null : await missing.ChangeAsync(running, tag, isTag: true, cancellationToken), null);

        async Task<FoundChange?> OfTagOrNothingAsync()
        {
            try
            {
                return await OfTagAsync();
            }
            catch (Exception failure) when (IsOwn(failure, cancellationToken))
            {
                floating.NoteChange(tag);
                return null;
            }
        }

        async Task<FoundChange?> OfTagAsync()
        {
            if (now is null) return null;
            var change = await changes.FindAsync(running, now, isFloating, policy.ExpectsImmutableTags, cancellationToken);
            if (change is not null) floating.NoteChange(tag);
            return change;
        }
    }

    /// <summary>An image created before the one that runs is never newer, whatever its tag says, and one that a node can't run is no candidate.</summary>
    private async Task<TagImage?> AcceptedAsync(
        string tag, string candidate, ImageFacts? running, IReadOnlyList<string> nodes, List<string> refused, CancellationToken cancellationToken)
    {
        var changesToYears = candidates.ChangesToYears(tag, candidate);
        // Not read for nothing.
        if (changesToYears && running?.Created is null) return LeaveOut("it counts by years, and nothing shows when what runs was created");
        if (await FindAsync() is not { } found) return null;
        if (changesToYears && found.Facts.Created is null) return LeaveOut("it counts by years, and nothing shows when it was created");
        if (found.Facts.Created is { } created && running?.Created is { } before && created < before)
            return LeaveOut($"its image was created on {UtcText.ToDay(created)}, before the one that runs ({UtcText.ToDay(before)})");
        if (!nodes.Any(found.Facts.LacksPlatform)) return found;
        // The host may know only some of the platforms.
        var whole = Digest.TryParse(found.Facts.Digest, out var digest) ? await images.OfDigestAsync(digest, cancellationToken) : null;
        return nodes.FirstOrDefault(node => whole?.LacksPlatform(node) == true) is { } node
            ? LeaveOut($"it has no image for {node}, on which the workload runs")
            : found;

        TagImage? LeaveOut(string why)
        {
            refused.Add($"{candidate} is left out: {why}");
            return null;
        }

        // What is wrong with one candidate is no reason to leave all workloads without an answer.
        async Task<TagImage?> FindAsync()
        {
            try
            {
                return await images.OfTagAsync(candidate, cancellationToken);
            }
            catch (RegistryException own) when (OfOneTag.Contains(own.Kind))
            {
                return LeaveOut("it can't be read");
            }
        }
    }

    /// <summary>A tag that has moved waits as an update does.</summary>
    private async Task<DateTimeOffset?> WaitsUntilAsync(ImageFacts? running, TagImage now, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var until = now.SeenSince + policy.MinimumAge;
        if (until <= checkedAt) return null;
        if (policy.BypassSeverity is not { } severity) return until;
        var before = await results.VulnerabilitiesOfAsync(running, cancellationToken);
        var after = await results.VulnerabilitiesOfAsync(now.Facts, cancellationToken);
        return before?.ChangeTo(after)?.Fixes(severity) == true ? null : until;
    }

    /// <summary>The images that run, as far as they are known.</summary>
    private async Task<List<ImageFacts>> RunningImagesAsync(RunningTag running, TagImage? now, CancellationToken cancellationToken)
    {
        var known = new List<ImageFacts>();
        foreach (var digest in running.Digests)
        {
            if ((now?.Facts.Is(digest) == true ? now.Facts : await images.OfDigestAsync(digest, cancellationToken)) is { } facts) known.Add(facts);
        }

        return known;
    }

    /// <summary>Of several images that run under one tag, as during a rollout, the one with the most vulnerabilities that should not be.</summary>
    private async Task<ImageVulnerabilities?> WorstOfAsync(IEnumerable<ImageFacts?> runs, CancellationToken cancellationToken)
    {
        ImageVulnerabilities? worst = null;
        foreach (var facts in runs)
        {
            var found = await results.VulnerabilitiesOfAsync(facts, cancellationToken);
            if (worst is null || found?.FixableUrgent > worst.FixableUrgent) worst = found;
        }

        return worst;
    }

    private async Task<WorkloadDrift> NamedByDigestAsync(WorkloadDrift drift, RunningTag running, CancellationToken cancellationToken)
    {
        var absent = running.Pinned is { } digest ? await missing.ChangeAsync(running, digest.ToString(), isTag: false, cancellationToken) : null;
        if (absent?.Change is { } change)
        {
            return drift with
            {
                Recommendation = DriftRecommendation.ReviewRequired,
                Changes = [change],
                Message = change.Message,
            };
        }

        if (absent?.NotKnownYet is { } mirrored) return drift with { Message = mirrored };
        return drift with { Message = "It is named by digest alone, and no tag that is looked at names that image: nothing tells what is newer." };
    }

    /// <summary>Of tags that name one image, the one that says most.</summary>
    private string? BestOf(IEnumerable<string> tags) =>
        tags.OrderBy(candidates.IsFloating).ThenByDescending(tag => tag.Length).ThenBy(tag => tag, StringComparer.Ordinal).FirstOrDefault();
}
