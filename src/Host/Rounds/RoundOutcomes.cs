using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Rounds;

/// <summary>Makes the status that a round writes, however it ended: with its conditions, and within its budget.</summary>
internal sealed class RoundOutcomes(ScanKinds kinds, StatusBudget budget, TimeProvider time)
{
    /// <summary>After the images were read and scanned.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="found">What was found.</param>
    /// <param name="read">What was read: where something asked for was not, the round has failed.</param>
    /// <param name="scans">What scanners found; null where there are none.</param>
    /// <param name="client">Who has read.</param>
    public RoundOutcome Finish(
        RegistryResource resource, RegistryStatus found, ReadImages read, RoundScanResults? scans, IRegistryClient client)
    {
        var now = time.GetUtcNow();
        var failure = read.Unread.FailureOf(read.Outage);
        var told = string.Join(' ', read.Notes.Prepend(read.Unread.Note).Where(sentence => sentence is not null));
        var note = failure is null && told.Length > 0 ? told : null;
        var count = found.Images.Count == 1 ? "1 image." : $"{found.Images.Count} images.";
        var conditions = failure is null
            ? ResourceConditions.Succeeded(resource, note ?? count, now)
            : ResourceConditions.Failed(resource, failure, now, isFound: true);
        var status = Stamp(resource, found, now) with
        {
            LastScanStatus = failure is null ? ScanStatuses.Success : ScanStatuses.Failed,
            Message = failure?.Message ?? note,
            Conditions = Reaching(WithScans(conditions, resource, scans, now), resource, failure, client, now),
        };
        return new RoundOutcome(budget.Fit(status), failure);
    }

    /// <summary>The interim status while scanners run. It does not count as a round: after a restart the round starts over.</summary>
    public RegistryStatus Unfinished(RegistryResource resource, IReadOnlyList<ImageStatus> images, TagCountsStatus tags)
    {
        var last = resource.Status ?? new RegistryStatus();
        return budget.Fit(last with
        {
            Images = images,
            Tags = tags,
            Conditions = ResourceConditions.Scanning(resource, time.GetUtcNow()),
        });
    }

    /// <summary>After nothing could be read: all that was known stays.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="failure">Why.</param>
    /// <param name="client">Who should have read; null where none was made.</param>
    public RoundOutcome Failed(RegistryResource resource, RoundFailure failure, IRegistryClient? client)
    {
        var now = time.GetUtcNow();
        var conditions = ResourceConditions.Failed(resource, failure, now);
        // Scanners were not asked for their readiness this time: the condition stays, unless the resource has no scanners any more.
        if (kinds.UsesOf(resource.Spec).Count == 0) conditions = ResourceConditions.With(conditions, resource, scanners: null, now);
        string[] gone = [.. kinds.All.Where(kind => !kind.UsesOf(resource.Spec).Any()).Select(kind => kind.ConditionType).OfType<string>()];
        conditions = ResourceConditions.With(conditions, resource, gone, [], now);
        var status = Stamp(resource, resource.Status ?? new RegistryStatus(), now) with
        {
            LastScanStatus = ScanStatuses.Failed,
            Message = failure.Message,
            Conditions = Reaching(conditions, resource, failure, client, now),
        };
        return new RoundOutcome(status, failure);
    }

    /// <summary>The conditions with what scanners say of themselves.</summary>
    public IReadOnlyList<Condition> WithScans(IReadOnlyList<Condition> conditions, RegistryResource resource, RoundScanResults? scans, DateTimeOffset now) =>
        ResourceConditions.With(
            ResourceConditions.With(conditions, resource, scans?.Condition, now), resource, kinds.ConditionTypes, scans?.KindConditions ?? [], now);

    private static IReadOnlyList<Condition> Reaching(
        IReadOnlyList<Condition> conditions, RegistryResource resource, RoundFailure? failure, IRegistryClient? client, DateTimeOffset now)
    {
        KindCondition[] told = RegistryReachability.Of(failure, client, now) is { } condition ? [condition] : [];
        return ResourceConditions.With(conditions, resource, [RegistryReachability.ConditionType], told, now);
    }

    /// <summary>What every outcome has: which version of the resource it is about, and what others wrote in the status.</summary>
    private RegistryStatus Stamp(RegistryResource resource, RegistryStatus status, DateTimeOffset now) =>
        OthersSections.Keep(kinds, resource.Spec, resource.Status, status) with
        {
            ObservedGeneration = resource.Metadata.Generation,
            LastScanTime = now,
            LastHandledScanRequest = RoundSchedule.ScanRequest(resource) ?? resource.Status?.LastHandledScanRequest,
        };
}
