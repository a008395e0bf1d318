using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Plugins.Drift.Advice;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>What is known of one image of a workload, and what follows from it: the state, the recommendation, and the rule that decided in words.</summary>
/// <param name="Drift">What was found so far.</param>
/// <param name="Running">What runs.</param>
/// <param name="IsTagThere">True where the tag names an image now.</param>
/// <param name="HasVersion">True where the tag spells a version or a date.</param>
/// <param name="Vulnerabilities">Those of what runs; null where they are not known.</param>
/// <param name="Updates">The updates, the smallest step first.</param>
/// <param name="Refused">Tags that look newer and are not, each a clause.</param>
internal sealed record Verdict(
    WorkloadDrift Drift, RunningTag Running, bool IsTagThere, bool HasVersion, ImageVulnerabilities? Vulnerabilities,
    IReadOnlyList<AdvisedUpdate> Updates, IReadOnlyList<string> Refused)
{
    public WorkloadDrift Decide()
    {
        // The sort is stable: among equals, the smallest step comes first.
        AdvisedUpdate[] updates = [.. Updates.OrderBy(update => RankOf(update.Update.Recommendation))];
        var (recommendation, rule) = Recommend(updates);
        var sentences = Drift.Changes.Select(change => change.Message).Append(rule).Concat(Refused.Take(1).Select(refused => refused + "."));
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
        if (updates.Count > 0 || Has(TagChangeKind.TagMoved) || Has(TagChangeKind.Rebuilt)) return DriftState.Outdated;
        if (Has(TagChangeKind.MissingUpstream) || Has(TagChangeKind.TagRewritten) || !IsTagThere) return DriftState.Unknown;
        return HasVersion || Running.Digests.Count > 0 ? DriftState.Latest : DriftState.Unknown;
    }

    private (DriftRecommendation Recommendation, string Rule) Recommend(IReadOnlyList<AdvisedUpdate> updates)
    {
        if (Has(TagChangeKind.TagRewritten)) return (DriftRecommendation.ReviewRequired, "Find out who changed it before a Pod pulls it.");
        if (Has(TagChangeKind.MissingUpstream))
        {
            var instead = updates is [var next, ..] ? $"Move to {next.Update.Tag}, or keep a copy of the image." : "Keep a copy of the image.";
            return (DriftRecommendation.ReviewRequired, instead);
        }

        var best = updates.FirstOrDefault(update => update.Update.Recommendation != UpdateRecommendation.Waiting);
        if (best is not null) return (Of(best.Update.Recommendation), $"{Verb(best)} {best.Update.Tag}: {best.Rule}.");
        if (Has(TagChangeKind.TagMoved) || Has(TagChangeKind.Rebuilt))
            return (DriftRecommendation.UpdateAvailable, "New Pods that pull the image get the new one.");
        if (updates is [var waiting, ..]) return (DriftRecommendation.NoAction, $"{waiting.Update.Tag} waits: {waiting.Rule}.");
        if (Vulnerabilities?.FixableUrgent is > 0 and var count)
            return (DriftRecommendation.ReviewRequired, $"It has {count} critical or high vulnerabilities that are fixed elsewhere, and no newer tag.");
        return (DriftRecommendation.NoAction, UpToDate());
    }

    private string UpToDate()
    {
        if (!IsTagThere) return $"The registry does not show {Drift.CurrentTag} now; the next check looks again.";
        if (HasVersion) return "No newer tag has its shape.";
        return Running.Digests.Count > 0
            ? "The tag names what runs."
            : "The tag spells no version, and nothing tells which image runs.";
    }

    private bool Has(TagChangeKind kind) => Drift.Changes.Any(change => change.Kind == kind);

    private static string Verb(AdvisedUpdate update) => update.Update.Recommendation switch
    {
        UpdateRecommendation.UrgentUpdate => "Update now to",
        UpdateRecommendation.Caution => "Look before you update to",
        _ => "Update to",
    };

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
