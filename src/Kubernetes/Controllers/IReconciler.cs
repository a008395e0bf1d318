namespace RegistryOperator.Kubernetes.Controllers;

/// <summary>Brings one resource to the state it asks for, whatever state it is in now.</summary>
public interface IReconciler<in TKey>
{
    /// <summary>
    /// Reconciles one key. Never called for the same key twice at the same time. An exception is a failure: the key is tried again with backoff.
    /// When cancelled, ends as soon as it can: the resource changed, is deleted, or the process stops.
    /// </summary>
    Task<ReconcileResult> ReconcileAsync(TKey key, CancellationToken cancellationToken);
}

/// <summary>What follows a reconcile that succeeded.</summary>
/// <param name="RequeueAfter">When to reconcile again though nothing changed; null for never.</param>
public readonly record struct ReconcileResult(TimeSpan? RequeueAfter);
