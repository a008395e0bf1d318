using System.Globalization;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>Compares the images of a workload with the repository. Of several, the worst counts, and the others are told.</summary>
internal sealed class WorkloadComparer(
    RegistryScanRequest request, Candidates candidates, ImageReader images, TagChanges changes, MissingImages missing, UpdateAdvisor advisor)
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
        return notes.Count == 0 ? worst.Drift : worst.Drift with { Message = string.Join(' ', notes.Prepend(worst.Drift.Message)) };
    }

    private async Task<WorkloadDrift> CompareAsync(Workload workload, RunningTag running, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var drift = new WorkloadDrift
        {
            Namespace = workload.Namespace,
            Name = workload.Name,
            Kind = workload.Kind,
            CurrentImage = running.Image,
            CurrentTag = running.Tag ?? TagNaming(running),
        };
        if (drift.CurrentTag is not { } tag) return await NamedByDigestAsync(drift, running, cancellationToken);
        var now = await images.OfTagAsync(tag, cancellationToken);
        if (await ChangeAsync(running, tag, now, policy, cancellationToken) is { } change) drift = drift with { Changes = [change] };

        var image = await RunningImageAsync(running, now, cancellationToken);
        var refused = new List<string>();
        var advised = new Dictionary<string, AdvisedUpdate>(StringComparer.Ordinal);
        var steps = new StepChoice(candidates, LookAsync, candidate => images.HasProbablyWaited(candidate, policy.MinimumAge));
        var updates = (await steps.ChooseAsync(tag, candidates.NewerThan(tag, policy.Updates), MostUpdates)).Select(candidate => advised[candidate]).ToArray();
        var vulnerabilities = await ImageVulnerabilities.FindAsync(request.Results, image?.Subject, cancellationToken);
        return new Verdict(drift, running, now is not null, candidates.ShapeOf(tag) is not null, vulnerabilities, updates, refused).Decide();

        async Task<CandidateFit> LookAsync(string candidate)
        {
            if (await AcceptedAsync(candidate, image, refused, cancellationToken) is not { } update) return CandidateFit.Refused;
            var advice = advised[candidate] = await advisor.AdviseAsync(image, update, isNewer: true, policy, cancellationToken);
            return advice.Update.Recommendation == UpdateRecommendation.Waiting ? CandidateFit.Waits : CandidateFit.Ready;
        }
    }

    private async Task<TagChange?> ChangeAsync(
        RunningTag running, string tag, TagImage? now, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        if (now is not null)
            return await changes.FindAsync(running, now, candidates.IsFloating(tag), policy.ExpectsImmutableTags, cancellationToken);
        if (running.Tag is null || !await missing.IsMissingAsync(tag, isTag: true, cancellationToken)) return null;
        return new TagChange(TagChangeKind.MissingUpstream, $"The registry does not have {tag} any more: new Pods can't pull it.");
    }

    /// <summary>An image created before the one that runs is never newer, whatever its tag says.</summary>
    private async Task<TagImage?> AcceptedAsync(string candidate, ImageFacts? running, List<string> refused, CancellationToken cancellationToken)
    {
        if (await images.OfTagAsync(candidate, cancellationToken) is not { } found) return null;
        if (found.Facts.Created is not { } created || running?.Created is not { } before || created >= before) return found;
        refused.Add($"{candidate} is left out: its image was created on {Day(created)}, before the one that runs ({Day(before)})");
        return null;
    }

    /// <summary>The image that runs; of several, the one created last. What the tag names, where nothing is known of what runs.</summary>
    private async Task<ImageFacts?> RunningImageAsync(RunningTag running, TagImage? now, CancellationToken cancellationToken)
    {
        ImageFacts? newest = null;
        foreach (var digest in running.Digests)
        {
            var facts = now?.Facts.Is(digest) == true ? now.Facts : await images.OfDigestAsync(digest, cancellationToken);
            if (facts is not null && (newest is null || facts.Created > newest.Created)) newest = facts;
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

    /// <summary>A tag that names the digest that the workload names: the one that says most.</summary>
    private string? TagNaming(RunningTag running)
    {
        if (running.Pinned is not { } pinned) return null;
        return request.Images.Where(image => image.Digest == pinned || image.Platforms.Concat(image.OtherPlatforms).Any(platform => platform.Digest == pinned))
            .Select(image => image.Tag)
            .OrderBy(candidates.IsFloating).ThenByDescending(tag => tag.Length).ThenBy(tag => tag, StringComparer.Ordinal).FirstOrDefault();
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
