using RegistryOperator.Host.Resources;
using RegistryOperator.Host.Scanning;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>
/// The conditions of a resource, after kstatus (<see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md"/>):
/// <c>Ready</c> and <c>Reconciling</c> always, <c>Stalled</c> while nothing will change until someone changes the resource.
/// </summary>
internal static class Conditions
{
    public const string Ready = nameof(Ready);
    public const string Reconciling = nameof(Reconciling);
    public const string Stalled = nameof(Stalled);

    /// <summary>Whether the scanners that a resource asks for can work; absent where it asks for none.</summary>
    public const string ScannersReady = nameof(ScannersReady);

    public const string SucceededReason = "Succeeded";
    public const string ScanningReason = "Scanning";
    public const string SuspendedReason = "Suspended";
    public const string RetryingReason = "Retrying";

    /// <summary>After a scan that succeeded.</summary>
    public static IReadOnlyList<ConditionStatus> Succeeded(RegistryResource resource, string message, DateTimeOffset now) =>
        Build(resource, now, ready: (ConditionStatuses.True, SucceededReason, message), reconciling: (ConditionStatuses.False, SucceededReason, null));

    /// <summary>After a scan that failed.</summary>
    public static IReadOnlyList<ConditionStatus> Failed(RegistryResource resource, ScanFailure failure, DateTimeOffset now) =>
        failure.NeedsSpecChange
            ? Build(resource, now, (ConditionStatuses.False, failure.Reason, failure.Message), (ConditionStatuses.False, failure.Reason, null), (ConditionStatuses.True, failure.Reason, failure.Message))
            : Build(resource, now, (ConditionStatuses.False, failure.Reason, failure.Message), (ConditionStatuses.True, RetryingReason, null));

    /// <summary>Before the first scan of a new or changed spec.</summary>
    public static IReadOnlyList<ConditionStatus> Scanning(RegistryResource resource, DateTimeOffset now) =>
        Build(resource, now, (ConditionStatuses.Unknown, ScanningReason, null), (ConditionStatuses.True, ScanningReason, null));

    /// <summary>While <c>spec.suspend</c> is true.</summary>
    public static IReadOnlyList<ConditionStatus> Suspended(RegistryResource resource, DateTimeOffset now) =>
        Build(resource, now, (ConditionStatuses.Unknown, SuspendedReason, "Scanning is suspended by spec.suspend."), (ConditionStatuses.False, SuspendedReason, null));

    /// <summary>The conditions with that of the scanners; without it where the resource uses none.</summary>
    public static IReadOnlyList<ConditionStatus> With(IReadOnlyList<ConditionStatus> conditions, RegistryResource resource, ScannersCondition? scanners, DateTimeOffset now)
    {
        List<ConditionStatus> all = [.. conditions.Where(condition => condition.Type != ScannersReady)];
        if (scanners is null) return all;
        var status = scanners.IsReady ? ConditionStatuses.True : ConditionStatuses.False;
        var earlier = resource.Status?.Conditions.FirstOrDefault(condition => condition.Type == ScannersReady);
        all.Add(new ConditionStatus
        {
            Type = ScannersReady,
            Status = status,
            Reason = scanners.Reason,
            Message = scanners.Message,
            ObservedGeneration = resource.Metadata.Generation,
            LastTransitionTime = earlier?.Status == status ? earlier.LastTransitionTime : now,
        });
        return all;
    }

    private static List<ConditionStatus> Build(
        RegistryResource resource, DateTimeOffset now,
        (string Status, string Reason, string? Message) ready,
        (string Status, string Reason, string? Message) reconciling,
        (string Status, string Reason, string? Message)? stalled = null)
    {
        var before = resource.Status?.Conditions ?? [];
        List<ConditionStatus> conditions = [Condition(Ready, ready), Condition(Reconciling, reconciling)];
        if (stalled is { } value) conditions.Add(Condition(Stalled, value));
        conditions.AddRange(before.Where(condition => condition.Type is not (Ready or Reconciling or Stalled)));
        return conditions;

        ConditionStatus Condition(string type, (string Status, string Reason, string? Message) content)
        {
            var earlier = before.FirstOrDefault(condition => condition.Type == type);
            return new ConditionStatus
            {
                Type = type,
                Status = content.Status,
                Reason = content.Reason,
                Message = content.Message,
                ObservedGeneration = resource.Metadata.Generation,
                LastTransitionTime = earlier?.Status == content.Status ? earlier.LastTransitionTime : now,
            };
        }
    }
}
