using System.Globalization;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>Compares the images of a workload with the repository. Of several, the worst counts, and the others are told.</summary>
internal sealed class WorkloadComparer(
    Candidates candidates, ImageReader images, TagChanges changes, MissingImages missing, KnownResults results, UpdateAdvisor advisor)
{
    /// <summary>Updates of one workload.</summary>
    private const int MostUpdates = 5;

    public async Task<WorkloadDrift> CompareAsync(Workload workload, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var found = new List<(RunningTag Running, WorkloadDrift Drift)>();
        foreach (var running in RunningTag.Of(workload)) found.Add((running, await CompareAsync(workload, running, policy, cancellationToken)));
        // What debugs a Pod counts only where nothing else runs.
        var worst = found.OrderBy(one => one.Running.IsEphemeral).ThenByDescending(one => one.Drift.Recommendation).ThenByDescending(one => one.Drift.State)
            .First();
        var notes = new List<string>(policy.Problems);
        var others = found.Where(one => one != worst).Select(one => one.Drift.CurrentTag ?? one.Running.Image).ToArray();
        if (others.Length > 0) notes.Add($"It also runs {string.Join(", ", others)}.");
        if (worst.Running.Platforms.Count > 1) notes.Add($"It runs on {string.Join(", ", worst.Running.Platforms)}.");
        return notes.Count == 0
            ? worst.Drift
            : worst.Drift with { Message = string.Join(' ', notes.Prepend(worst.Drift.Message)), Warnings = policy.Problems };
    }

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
        try
        {
            return await CompareAsync(drift, tag, running, policy, cancellationToken);
        }
        catch (SlowPatternException slow)
        {
            return drift with { Recommendation = DriftRecommendation.ReviewRequired, Message = $"What is newer is not known: {slow.Message}" };
        }
    }

    private async Task<WorkloadDrift> CompareAsync(
        WorkloadDrift drift, string tag, RunningTag running, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var now = await images.OfTagAsync(tag, cancellationToken);
        if (await ChangeAsync(running, tag, now, policy, cancellationToken) is { } change) drift = drift with { Changes = [change] };

        var image = await RunningImageAsync(running, now, cancellationToken);
        var refused = new List<string>();
        var advised = new Dictionary<string, AdvisedUpdate>(StringComparer.Ordinal);
        var steps = new StepChoice(candidates, LookAsync, () => images.Spent, candidate => images.HasProbablyWaited(candidate, policy.MinimumAge));
        var updates = (await steps.ChooseAsync(tag, candidates.NewerThan(tag, policy.Updates), MostUpdates)).Select(candidate => advised[candidate]).ToArray();
        return new Verdict(drift, running, updates, refused)
        {
            IsTagThere = now is not null,
            HasVersion = candidates.ShapeOf(tag) is not null,
            Vulnerabilities = await results.VulnerabilitiesOfAsync(image, cancellationToken),
            Step = policy.Updates.Step,
            Outside = candidates.OutsideOf(tag, policy.Updates),
            NotLookedAt = steps.NotLookedAt,
            LeftOut = updates.Length == 0 ? candidates.LeftOut(tag, policy.Updates) : null,
        }.Decide();

        async Task<CandidateFit> LookAsync(string candidate)
        {
            if (await AcceptedAsync(candidate, image, running.Platforms, refused, cancellationToken) is not { } update) return CandidateFit.Refused;
            var advice = advised[candidate] = await advisor.AdviseAsync(image, tag, update, isNewer: true, policy, cancellationToken);
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

    private async Task<TagChange?> ChangeAsync(
        RunningTag running, string tag, TagImage? now, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        // Pods pull a digest, where there is one, whatever has become of the tag.
        if (running.Pinned is { } pinned && now?.Facts.Is(pinned) != true
            && await missing.IsMissingAsync(pinned.ToString(), isTag: false, cancellationToken))
        {
            return new TagChange(TagChangeKind.MissingUpstream, "The registry does not have the image any more: new Pods can't pull it.");
        }

        if (now is not null)
            return await changes.FindAsync(running, now, candidates.IsFloating(tag), policy.ExpectsImmutableTags, cancellationToken);
        if (running.Pinned is not null || running.Tag is null || !await missing.IsMissingAsync(tag, isTag: true, cancellationToken)) return null;
        return new TagChange(TagChangeKind.MissingUpstream, $"The registry does not have {tag} any more: new Pods can't pull it.");
    }

    /// <summary>An image created before the one that runs is never newer, whatever its tag says, and one that a node can't run is no candidate.</summary>
    private async Task<TagImage?> AcceptedAsync(
        string candidate, ImageFacts? running, IReadOnlyList<string> nodes, List<string> refused, CancellationToken cancellationToken)
    {
        if (await images.OfTagAsync(candidate, cancellationToken) is not { } found) return null;
        if (found.Facts.Created is { } created && running?.Created is { } before && created < before)
        {
            refused.Add($"{candidate} is left out: its image was created on {Day(created)}, before the one that runs ({Day(before)})");
            return null;
        }

        if (!nodes.Any(found.Facts.LacksPlatform)) return found;
        // The host may know only some of the platforms.
        var whole = Digest.TryParse(found.Facts.Digest, out var digest) ? await images.OfDigestAsync(digest, cancellationToken) : null;
        if (nodes.FirstOrDefault(node => whole?.LacksPlatform(node) == true) is not { } node) return found;
        refused.Add($"{candidate} is left out: it has no image for {node}, on which the workload runs");
        return null;
    }

    /// <summary>The image that runs; of several, the one created last. What the tag names, where nothing is known of what runs.</summary>
    private async Task<ImageFacts?> RunningImageAsync(RunningTag running, TagImage? now, CancellationToken cancellationToken)
    {
        ImageFacts? newest = null;
        foreach (var digest in running.Digests)
        {
            var facts = now?.Facts.Is(digest) == true ? now.Facts : await images.OfDigestAsync(digest, cancellationToken);
            // One without a date hides none that has one.
            if (facts is not null && (newest?.Created is null || facts.Created > newest.Created)) newest = facts;
        }

        return newest ?? now?.Facts;
    }

    private async Task<WorkloadDrift> NamedByDigestAsync(WorkloadDrift drift, RunningTag running, CancellationToken cancellationToken)
    {
        if (running.Pinned is { } digest && await missing.IsMissingAsync(digest.ToString(), isTag: false, cancellationToken))
        {
            var message = "The registry does not have the image any more: new Pods can't pull it.";
            return drift with
            {
                Recommendation = DriftRecommendation.ReviewRequired,
                Changes = [new TagChange(TagChangeKind.MissingUpstream, message)],
                Message = message,
            };
        }

        return drift with { Message = "It is named by digest alone, and no tag that is looked at names that image: nothing tells what is newer." };
    }

    /// <summary>Of tags that name one image, the one that says most.</summary>
    private string? BestOf(IEnumerable<string> tags) =>
        tags.OrderBy(candidates.IsFloating).ThenByDescending(tag => tag.Length).ThenBy(tag => tag, StringComparer.Ordinal).FirstOrDefault();

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
