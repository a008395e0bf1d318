using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Options;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>Says of an update what it fixes and brings in, and whether to take it.</summary>
internal sealed class UpdateAdvisor(IStoredResults? results, DateTimeOffset now)
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
        var before = await ImageVulnerabilities.FindAsync(results, running?.Subject, cancellationToken);
        var after = await ImageVulnerabilities.FindAsync(results, update.Facts.Subject, cancellationToken);
        var change = before?.ChangeTo(after);
        var losesSignature = await IsSignedAsync(running, cancellationToken) == true && await IsSignedAsync(update.Facts, cancellationToken) == false;
        var (recommendation, rule) = Decide(change, losesSignature);
        var until = update.SeenSince + policy.MinimumAge;
        var isHeldBack = until > now && !(policy.BypassSeverity is { } severity && change?.Fixes(severity) == true);
        if (before is not null && after is not null && change is null)
            rule = "its vulnerabilities were found with another version of the scanner or its database (notComparable)";
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
                WaitingUntil = isHeldBack ? until : null,
            },
            isHeldBack ? $"it has not been seen unchanged for {Age(policy.MinimumAge)} yet" : rule)
        {
            Change = change,
            Facts = update.Facts,
        };
    }

    private static (UpdateRecommendation Recommendation, string Rule) Decide(VulnerabilityChange? change, bool losesSignature)
    {
        if (losesSignature) return (UpdateRecommendation.Caution, "the running image's signature is verified, and this one's is not");
        if (change is null) return (UpdateRecommendation.Available, "it is newer; there is no report of the vulnerabilities of both");
        var (fixedCriticals, newCriticals) = (change.CountFixed(Severity.Critical), change.CountIntroduced(Severity.Critical));
        if (newCriticals > fixedCriticals)
            return (UpdateRecommendation.Caution, $"it brings {newCriticals} critical vulnerabilities and fixes {fixedCriticals}");
        if (fixedCriticals > 0) return (UpdateRecommendation.UrgentUpdate, $"it fixes {fixedCriticals} critical vulnerabilities");
        var (fixedHighs, newHighs) = (change.CountFixed(Severity.High), change.CountIntroduced(Severity.High));
        if (newHighs > fixedHighs) return (UpdateRecommendation.Caution, $"it brings {newHighs} high vulnerabilities and fixes {fixedHighs}");
        if (change.Fixed.Count > 0)
            return (UpdateRecommendation.Recommended, $"it fixes {change.Fixed.Count} vulnerabilities and brings {change.Introduced.Count}");
        return change.Introduced.Count > 0
            ? (UpdateRecommendation.Caution, $"it fixes no vulnerability and brings {change.Introduced.Count}")
            : (UpdateRecommendation.Available, "it is newer, and has the same vulnerabilities");
    }

    /// <summary>Null where no provenance of the image is known.</summary>
    private async Task<bool?> IsSignedAsync(ImageFacts? image, CancellationToken cancellationToken)
    {
        if (results is null || image is null) return null;
        foreach (var digest in (string?[])[image.Digest, image.Subject])
        {
            if (Digest.TryParse(digest, out var parsed) && await results.FindProvenanceAsync(parsed, cancellationToken) is { } found)
                return found.Value.IsSignatureVerified;
        }

        return null;
    }

    private static string Age(TimeSpan age) => age.TotalDays >= 1 && age.TotalHours % 24 == 0 ? $"{age.TotalDays:0} days" : $"{age.TotalHours:0.#} hours";
}

/// <summary>An update, and the rule that decided on it.</summary>
/// <param name="Update">The update.</param>
/// <param name="Rule">The rule, a clause for a sentence.</param>
internal sealed record AdvisedUpdate(AvailableUpdate Update, string Rule)
{
    /// <summary>What it fixes and brings in; null where the two can't be compared.</summary>
    public VulnerabilityChange? Change { get; init; }

    /// <summary>The update's image.</summary>
    public required ImageFacts Facts { get; init; }
}
