using System.Globalization;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>Says of an update what it fixes and brings in, and whether to take it.</summary>
internal sealed class UpdateAdvisor(KnownResults results, DateTimeOffset now)
{
    /// <summary>The advice on an update.</summary>
    /// <param name="running">The running image; null where it is not known.</param>
    /// <param name="update">The update.</param>
    /// <param name="isNewer">Whether it is newer.</param>
    /// <param name="policy">What holds for the workload.</param>
    /// <param name="cancellationToken">Ends the reading of results.</param>
    public async Task<AdvisedUpdate> AdviseAsync(
        ImageFacts? running, TagImage update, bool isNewer, WorkloadPolicy policy, CancellationToken cancellationToken)
    {
        var before = await results.VulnerabilitiesOfAsync(running, cancellationToken);
        var after = await results.VulnerabilitiesOfAsync(update.Facts, cancellationToken);
        var change = before?.ChangeTo(after);
        var losesSignature = await results.ProvenanceOfAsync(running, cancellationToken) is { IsSignatureVerified: true }
            && await results.ProvenanceOfAsync(update.Facts, cancellationToken) is { IsSignatureVerified: false };
        var mayBeOlder = running?.Created is not null && update.Facts.Created is null;
        var (recommendation, rule) = Decide(change, losesSignature, mayBeOlder);
        var until = update.SeenSince + policy.MinimumAge;
        var isHeldBack = until > now && !(policy.BypassSeverity is { } severity && change?.Fixes(severity) == true);
        // What is said of a signature or of its age comes first.
        if (recommendation == UpdateRecommendation.Available && after is not null && before?.ObstacleTo(after) is { } obstacle) rule = obstacle;
        return new AdvisedUpdate(
            new AvailableUpdate
            {
                Tag = update.Tag,
                IsNewer = isNewer,
                CriticalsFixed = change?.CountFixed(Severity.Critical),
                HighsFixed = change?.CountFixed(Severity.High),
                NewVulnerabilities = change?.Introduced.Count,
                Recommendation = isHeldBack ? UpdateRecommendation.Waiting : recommendation,
                SizeDifference = running?.Size is { } size && update.Facts.Size is { } other ? other - size : null,
                WaitingUntil = isHeldBack && !policy.IsAgeUnreadable ? until : null,
            },
            isHeldBack ? WaitRule(policy) : rule)
        {
            Image = update,
            Change = change,
        };
    }

    private static (UpdateRecommendation Recommendation, string Rule) Decide(VulnerabilityChange? change, bool losesSignature, bool mayBeOlder)
    {
        if (losesSignature) return (UpdateRecommendation.Caution, "the running image's signature is verified, and this one's is not");
        if (mayBeOlder) return (UpdateRecommendation.Caution, "its image does not say when it was created, so that it may be older than the one that runs");
        if (change is null) return (UpdateRecommendation.Available, "it is newer; there is no report of the vulnerabilities of both");
        var (fixedCriticals, newCriticals) = (change.CountFixed(Severity.Critical), change.CountIntroduced(Severity.Critical));
        if (newCriticals > fixedCriticals)
            return (UpdateRecommendation.Caution, $"it brings {Count(newCriticals, "critical ")} and fixes {fixedCriticals}");
        if (fixedCriticals > 0) return (UpdateRecommendation.UrgentUpdate, $"it fixes {Count(fixedCriticals, "critical ")}");
        var (fixedHighs, newHighs) = (change.CountFixed(Severity.High), change.CountIntroduced(Severity.High));
        if (newHighs > fixedHighs) return (UpdateRecommendation.Caution, $"it brings {Count(newHighs, "high ")} and fixes {fixedHighs}");
        if (change.Fixed.Count > 0)
            return (UpdateRecommendation.Recommended, $"it fixes {Count(change.Fixed.Count, "")} and brings {change.Introduced.Count}");
        return change.Introduced.Count > 0
            ? (UpdateRecommendation.Caution, $"it fixes no vulnerability and brings {change.Introduced.Count}")
            : (UpdateRecommendation.Available, "it is newer, and has the same vulnerabilities");
    }

    private static string WaitRule(WorkloadPolicy policy) => policy.IsAgeUnreadable
        ? "the minimum age that the workload's annotation asks for can't be read"
        : $"it has not been seen unchanged for {Age(policy.MinimumAge)} yet";

    private static string Count(int count, string severity) => $"{count} {severity}{(count == 1 ? "vulnerability" : "vulnerabilities")}";

    private static string Age(TimeSpan age) => age switch
    {
        { TotalDays: 1 } => "1 day",
        { TotalDays: > 1, TotalHours: var hours } when hours % 24 == 0 => $"{age.TotalDays:0} days",
        { TotalHours: 1 } => "1 hour",
        { TotalHours: < 1, TotalMinutes: var minutes } => Math.Ceiling(minutes) is 1 ? "1 minute" : $"{Math.Ceiling(minutes):0} minutes",
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0.#} hours"),
    };
}

/// <summary>An update, and the rule that decided on it.</summary>
/// <param name="Update">The update.</param>
/// <param name="Rule">The rule, a clause for a sentence.</param>
internal sealed record AdvisedUpdate(AvailableUpdate Update, string Rule)
{
    /// <summary>Its image.</summary>
    public required TagImage Image { get; init; }

    /// <summary>What it fixes and brings in; null where the two can't be compared.</summary>
    public VulnerabilityChange? Change { get; init; }
}
