using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Which conditions a resource has and why, after kstatus (<see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md"/>):
/// <c>Ready</c> and <c>Reconciling</c> always, <c>Stalled</c> while nothing will change until someone changes the resource.
/// </summary>
internal static class ResourceConditions
{
    public const string Ready = nameof(Ready);
    public const string Reconciling = nameof(Reconciling);
    public const string Stalled = nameof(Stalled);

    /// <summary>Whether the scanners that a resource asks for can work; absent where it asks for none.</summary>
    public const string ScannersReady = nameof(ScannersReady);

    /// <summary>Whether notifications can be sent; absent where the resource asks for none.</summary>
    public const string WebhookReady = nameof(WebhookReady);

    /// <summary>Whether the Secrets for TLS that a resource names are used; absent where they are, or it names none.</summary>
    public const string TlsSettingsUsed = nameof(TlsSettingsUsed);

    /// <summary>False where the registry has no such repository, until it is found again, also while the registry can't be asked; absent else.</summary>
    public const string RepositoryFound = nameof(RepositoryFound);

    public const string SucceededReason = "Succeeded";
    public const string ScanningReason = "Scanning";
    public const string SuspendedReason = "Suspended";
    public const string RetryingReason = "Retrying";
    public const string NotSupportedReason = "NotSupported";
    public const string PlainHttpReason = "PlainHttp";

    private static readonly string[] OfEveryRound = [Ready, Reconciling, Stalled, WebhookReady, TlsSettingsUsed];
    private static readonly string[] OfRepository = [RepositoryFound];
    private static readonly string[] Own = [.. OfEveryRound, .. OfRepository, ScannersReady, RegistryReachability.ConditionType];

    /// <summary>After a round that succeeded.</summary>
    public static IReadOnlyList<Condition> Succeeded(RegistryResource resource, string message, DateTimeOffset now) =>
        Build(resource, now, ready: (ConditionStatus.True, SucceededReason, message), reconciling: (ConditionStatus.False, SucceededReason, null))
            .Merge(OfRepository, [], now);

    /// <summary>After a round that failed.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="failure">Why.</param>
    /// <param name="now">The time.</param>
    /// <param name="isFound">True where the repository's tags were listed all the same.</param>
    public static IReadOnlyList<Condition> Failed(RegistryResource resource, RoundFailure failure, DateTimeOffset now, bool isFound = false)
    {
        var conditions = FailedOf(resource, failure, now);
        if (isFound) return conditions.Merge(OfRepository, [], now);
        return failure.Cause == RoundFailure.RepositoryNotFound
            ? conditions.Set(Of(resource, RepositoryFound, ConditionStatus.False, failure.Cause, failure.Message), now)
            : conditions;
    }

    private static IReadOnlyList<Condition> FailedOf(RegistryResource resource, RoundFailure failure, DateTimeOffset now) =>
        failure.NeedsSpecChange
            ? Build(
                resource, now,
                ready: (ConditionStatus.False, failure.Reason, failure.Message),
                reconciling: (ConditionStatus.False, failure.Reason, null),
                stalled: (ConditionStatus.True, failure.Reason, failure.Message))
            : Build(resource, now, (ConditionStatus.False, failure.Reason, failure.Message), (ConditionStatus.True, RetryingReason, null));

    /// <summary>Before the first round of a new or changed spec, and while scanners run: the last round's result for the same spec stays valid until this one
    /// ends.</summary>
    public static IReadOnlyList<Condition> Scanning(RegistryResource resource, DateTimeOffset now)
    {
        var last = resource.Status?.Conditions.FirstOrDefault(condition => condition.Type == Ready);
        var holds = last is { Status: ConditionStatus.True or ConditionStatus.False } && last.ObservedGeneration == resource.Metadata.Generation;
        return Build(
            resource, now,
            ready: holds ? (last!.Status, last.Reason ?? ScanningReason, last.Message) : (ConditionStatus.Unknown, ScanningReason, null),
            reconciling: (ConditionStatus.True, ScanningReason, null));
    }

    /// <summary>While <c>spec.suspend</c> is true.</summary>
    public static IReadOnlyList<Condition> Suspended(RegistryResource resource, DateTimeOffset now) =>
        Build(
            resource, now,
            ready: (ConditionStatus.Unknown, SuspendedReason, "Scanning is suspended by spec.suspend."),
            reconciling: (ConditionStatus.False, SuspendedReason, null));

    /// <summary>The conditions with that of the scanners; without it where the resource uses none.</summary>
    public static IReadOnlyList<Condition> With(
        IReadOnlyList<Condition> conditions, RegistryResource resource, ScannersCondition? scanners, DateTimeOffset now) =>
        conditions.Merge(
            [ScannersReady],
            scanners is null
                ? []
                : [Of(resource, ScannersReady, scanners.IsReady ? ConditionStatus.True : ConditionStatus.False, scanners.Reason, scanners.Message)],
            now);

    /// <summary>The conditions with those that kinds of scanner add; without those that do not apply any more.</summary>
    /// <param name="conditions">The conditions so far.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="types">The types of all such conditions.</param>
    /// <param name="ofKinds">Those that apply.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Condition> With(
        IReadOnlyList<Condition> conditions, RegistryResource resource, IReadOnlyCollection<string> types, IReadOnlyList<KindCondition> ofKinds,
        DateTimeOffset now) =>
        conditions.Merge(types, [.. ofKinds.Select(one => Of(resource, one.Type, StatusOf(one.Holds), one.Reason, one.Message))], now);

    /// <summary>
    /// Merges the operator's conditions into those stored by now: since the round began, others may have set theirs, and the operator those that it
    /// published meanwhile, whose transition times are kept.
    /// </summary>
    /// <param name="written">Those stored by now.</param>
    /// <param name="conditions">The operator's, among others.</param>
    /// <param name="now">The time.</param>
    /// <param name="ofKinds">The types of the conditions that kinds of scanner add.</param>
    public static IReadOnlyList<Condition> OnTopOf(
        IReadOnlyList<Condition> written, IReadOnlyList<Condition> conditions, DateTimeOffset now, params IReadOnlyList<string> ofKinds)
    {
        string[] own = [.. Own, .. ofKinds];
        return written.Merge(own, [.. conditions.Where(condition => own.Contains(condition.Type))], now);
    }

    private static string StatusOf(bool? holds) => holds switch
    {
        true => ConditionStatus.True,
        false => ConditionStatus.False,
        null => ConditionStatus.Unknown,
    };

    private static IReadOnlyList<Condition> Build(
        RegistryResource resource, DateTimeOffset now,
        (string Status, string Reason, string? Message) ready,
        (string Status, string Reason, string? Message) reconciling,
        (string Status, string Reason, string? Message)? stalled = null)
    {
        List<Condition> own =
        [
            Of(resource, Ready, ready.Status, ready.Reason, ready.Message),
            Of(resource, Reconciling, reconciling.Status, reconciling.Reason, reconciling.Message),
        ];
        if (stalled is { } value) own.Add(Of(resource, Stalled, value.Status, value.Reason, value.Message));
        if (UnservedSections.Webhook(resource.Spec) is { } unserved) own.Add(Of(resource, WebhookReady, ConditionStatus.False, NotSupportedReason, unserved));
        if (UnservedSections.Tls(resource.Spec) is { } unused) own.Add(Of(resource, TlsSettingsUsed, ConditionStatus.False, PlainHttpReason, unused));
        return (resource.Status?.Conditions).Merge(OfEveryRound, own, now);
    }

    private static Condition Of(RegistryResource resource, string type, string status, string reason, string? message) =>
        new() { Type = type, Status = status, Reason = reason, Message = message, ObservedGeneration = resource.Metadata.Generation };
}
