using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>What is known of one image of a workload, and what follows from it: the state, the recommendation, and the rule that decided in words.</summary>
/// <param name="Drift">What was found so far.</param>
/// <param name="Running">What runs.</param>
/// <param name="Updates">The updates, the smallest step first.</param>
/// <param name="Refused">Tags that look newer and are not, each a clause.</param>
internal sealed record Verdict(WorkloadDrift Drift, RunningTag Running, IReadOnlyList<AdvisedUpdate> Updates, IReadOnlyList<string> Refused)
{
    /// <summary>True where the tag names an image now.</summary>
    public bool IsTagThere { get; init; }

    /// <summary>True where the tag spells a version or a date.</summary>
    public bool HasVersion { get; init; }

    /// <summary>Those of what runs; null where they are not known.</summary>
    public ImageVulnerabilities? Vulnerabilities { get; init; }

    /// <summary>What the images say of themselves, a sentence; null for nothing.</summary>
    public string? Claims { get; init; }

    /// <summary>True where the tag has moved to an older image.</summary>
    public bool HasGoneBack { get; init; }

    /// <summary>True where the tag names another image, and what that is is not known yet.</summary>
    public bool IsChangeUnknown { get; init; }

    /// <summary>True where no more is known than that a mirror has what runs.</summary>
    public bool IsOfMirrorAlone { get; init; }

    /// <summary>True where the registry does not have what runs, and was never seen to have it.</summary>
    public bool WasNeverThere { get; init; }

    /// <summary>Until when the image that the tag names now waits, by the policy's minimum age; null where it does not.</summary>
    public DateTimeOffset? TagWaitsUntil { get; init; }

    /// <summary>True where the minimum age that the workload asks for can't be read: all updates wait.</summary>
    public bool IsAgeUnreadable { get; init; }

    /// <summary>What the policy looks for.</summary>
    public UpdateStep Step { get; init; }

    /// <summary>Why the policy does not let the version run, and what it would choose, a clause; null where it does.</summary>
    public string? Outside { get; init; }

    /// <summary>The best newer tag that the policy does not allow; null for none.</summary>
    public string? LeftOut { get; init; }

    /// <summary>How many newer tags the check had no time to look at, where none of the others may be taken.</summary>
    public int NotLookedAt { get; init; }

    public WorkloadDrift Decide()
    {
        // The sort is stable: among equals, and those that wait, the smallest step comes first.
        AdvisedUpdate[] updates =
        [
            .. Updates.OrderBy(update => RankOf(update.Update.Recommendation))
                .ThenByDescending(update => Fixes(update, Severity.Critical)).ThenByDescending(update => Fixes(update, Severity.High)),
        ];
        var (recommendation, rule) = Recommend(updates);
        string?[] first = [Drift.Message, .. Drift.Changes.Select(change => change.Message), Outside is null ? null : Outside + "."];
        var sentences = first.OfType<string>().Append(rule).Concat(Refused.Take(1).Select(refused => refused + ".")).Append(Claims ?? "")
            .Where(sentence => sentence.Length > 0);
        return Drift with
        {
            State = StateOf(updates),
            Recommendation = recommendation,
            AvailableUpdates = [.. updates.Select(update => update.Update)],
            Message = string.Join(' ', sentences),
        };
    }

    private DriftState StateOf(IReadOnlyList<AdvisedUpdate> updates)
    {
        if (Vulnerabilities?.FixableUrgent > 0) return DriftState.Vulnerable;
        if (updates.Count > 0 || (Has(TagChangeKind.TagMoved) && !HasGoneBack) || Has(TagChangeKind.Rebuilt)) return DriftState.Outdated;
        if (Has(TagChangeKind.MissingUpstream) || Has(TagChangeKind.TagRewritten) || HasGoneBack || IsChangeUnknown || !IsTagThere)
            return DriftState.Unknown;
        // Of what should not run, nothing is the latest.
        if (Outside is not null || NotLookedAt > 0) return DriftState.Unknown;
        return HasVersion || Running.Digests.Count > 0 ? DriftState.Latest : DriftState.Unknown;
    }

    private (DriftRecommendation Recommendation, string Rule) Recommend(IReadOnlyList<AdvisedUpdate> updates)
    {
        if (Has(TagChangeKind.MissingUpstream))
        {
            var rule = updates is [var next, ..] ? $"Move to {next.Update.Tag}, or {WithoutImage()}." : $"{Capital(WithoutImage())}.";
            return (DriftRecommendation.ReviewRequired,
                Has(TagChangeKind.TagRewritten) ? $"{rule} Find out who changed the tag before you name its new image." : rule);
        }

        if (Has(TagChangeKind.TagRewritten))
        {
            return (DriftRecommendation.ReviewRequired, (Running.Pinned, Running.Mirror) switch
            {
                (not null, _) => "Pods keep what runs, since the workload names its digest: find out who changed the tag before you name another.",
                (_, { } mirror) => $"Pods pull from {mirror}: find out who changed it before the new image is copied there.",
                _ => "Find out who changed it before a Pod pulls it.",
            });
        }

        if (HasGoneBack)
        {
            return (DriftRecommendation.ReviewRequired, (Running.Pinned, Running.Mirror) switch
            {
                (not null, _) => "Pods keep what runs, since the workload names its digest.",
                (_, { } mirror) => $"Pods pull from {mirror}: find out why before the older image is copied there.",
                _ => "Find out why before a Pod pulls it.",
            });
        }

        var best = updates.FirstOrDefault(update => update.Update.Recommendation != UpdateRecommendation.Waiting);
        if (best is not null) return (Of(best.Update.Recommendation), $"{Verb(best)} {best.Update.Tag}: {best.Rule}.");
        if (Has(TagChangeKind.TagMoved) || Has(TagChangeKind.Rebuilt))
        {
            if (TagWaitsUntil is { } until)
            {
                var wait = IsAgeUnreadable
                    ? "The new image waits: the minimum age that the workload's annotation asks for can't be read."
                    : $"The new image waits until {UtcText.ToMinute(until)}: it has not been seen unchanged for the minimum age yet.";
                return (DriftRecommendation.NoAction, wait);
            }

            return (DriftRecommendation.UpdateAvailable, (Running.Pinned, Running.Mirror) switch
            {
                (not null, _) => "Pods keep what runs until the workload names the new digest.",
                (_, { } mirror) => $"New Pods that pull the image get the new one once {mirror} has it.",
                _ => "New Pods that pull the image get the new one.",
            });
        }

        if (Outside is not null && updates.Count == 0) return (DriftRecommendation.ReviewRequired, "");
        if (updates is [var waiting, ..]) return (DriftRecommendation.NoAction, $"{waiting.Update.Tag} waits: {waiting.Rule}.");
        if (Vulnerabilities?.FixableUrgent is > 0 and var count)
            return (DriftRecommendation.ReviewRequired, $"It has {Count(count)} that {(count == 1 ? "is" : "are")} fixed elsewhere, and {NoUpdate()}.");
        return (DriftRecommendation.NoAction, UpToDate());
    }

    private string UpToDate()
    {
        if (IsOfMirrorAlone) return "";
        if (!IsTagThere) return $"The registry does not show {Drift.CurrentTag} now; the next check looks again.";
        if (HasVersion || LeftOut is not null) return Capital(NoUpdate()) + ".";
        return Running.Digests.Count > 0
            ? "The tag names what runs."
            : "The tag spells no version, and nothing tells which image runs.";
    }

    /// <summary>What to do about an image that the registry does not have. What was misspelt has no copy, unless something runs it all the same.</summary>
    private string WithoutImage()
    {
        if (Running.Mirror is not null) return "keep that copy";
        if (!WasNeverThere) return "keep a copy of the image";
        var correct = $"correct the {(Running.Pinned is null ? "tag" : "digest")}";
        return Running.IsReported ? $"{correct}, or keep a copy of what runs" : correct;
    }

    private static string Capital(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..];

    private string NoUpdate() => (Step, LeftOut) switch
    {
        _ when NotLookedAt > 0 => $"{Tags(NotLookedAt)} of its shape could not be looked at yet, and the next check goes on",
        (UpdateStep.Digest, _) => "no other tag is looked for, by the policy digest",
        (_, null) => "no newer tag has its shape",
        _ => $"no newer tag of its shape is allowed: the policy leaves out {LeftOut}",
    };

    private static string Tags(int count) => count == 1 ? "1 newer tag" : $"{count} newer tags";

    private static string Count(int count) => count == 1 ? "1 critical or high vulnerability" : $"{count} critical or high vulnerabilities";

    private bool Has(TagChangeKind kind) => Drift.Changes.Any(change => change.Kind == kind);

    private static string Verb(AdvisedUpdate update) => update.Update.Recommendation switch
    {
        UpdateRecommendation.UrgentUpdate => "Update now to",
        UpdateRecommendation.Caution => "Look before you update to",
        _ => "Update to",
    };

    /// <summary>How many more vulnerabilities of a severity it fixes than it brings.</summary>
    private static int Fixes(AdvisedUpdate update, Severity severity) =>
        update is { Change: { } change, Update.Recommendation: not UpdateRecommendation.Waiting }
            ? change.CountFixed(severity) - change.CountIntroduced(severity)
            : 0;

    private static int RankOf(UpdateRecommendation recommendation) => recommendation switch
    {
        UpdateRecommendation.UrgentUpdate => 0,
        UpdateRecommendation.Recommended => 1,
        UpdateRecommendation.Available => 2,
        UpdateRecommendation.Caution => 3,
        _ => 4,
    };

    private static DriftRecommendation Of(UpdateRecommendation recommendation) => recommendation switch
    {
        UpdateRecommendation.UrgentUpdate => DriftRecommendation.UrgentUpdate,
        UpdateRecommendation.Recommended => DriftRecommendation.UpdateRecommended,
        UpdateRecommendation.Available => DriftRecommendation.UpdateAvailable,
        _ => DriftRecommendation.ReviewRequired,
    };
}
