using Microsoft.Extensions.Logging;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Informers;

/// <summary>
/// One informer for each of several namespaces, or one for all: an operator that may read only some namespaces can't watch them in one request.
/// </summary>
public sealed class InformerGroup<T>
    where T : class, IKubernetesResource
{
    private readonly IReadOnlyList<Informer<T>> _informers;

    /// <param name="client">Reads the resources.</param>
    /// <param name="namespaces">The namespaces; none for all.</param>
    /// <param name="handler">Told about every change. Different namespaces' events may come at the same time.</param>
    /// <param name="options">How to work.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told about failures and malformed objects.</param>
    public InformerGroup(
        ResourceClient<T> client,
        IReadOnlyCollection<string> namespaces,
        IResourceEventHandler<T> handler,
        InformerOptions<T> options,
        TimeProvider time,
        ILogger<Informer<T>> logger)
    {
        string?[] scopes = namespaces.Count == 0 ? [null] : [.. namespaces.Distinct()];
        _informers = [.. scopes.Select(ns => new Informer<T>(client, ns, handler, options, time, logger))];
        HasSynced = Task.WhenAll(_informers.Select(informer => informer.HasSynced));
    }

    /// <summary>Completes when all resources of all namespaces were listed and reported for the first time.</summary>
    public Task HasSynced { get; }

    /// <summary>The state of the group: that of its worst informer.</summary>
    public InformerState State
    {
        get
        {
            var states = _informers.Select(informer => informer.State).ToList();
            var worst = states.MaxBy(state => state.ConsecutiveFailures)!;
            return worst with
            {
                HasSynced = states.TrueForAll(state => state.HasSynced),
                LastContact = states.Exists(state => state.LastContact is null) ? null : states.Min(state => state.LastContact),
                IsSchemaMissing = states.Exists(state => state.IsSchemaMissing),
            };
        }
    }

    /// <summary>A resource as last seen, or null.</summary>
    public T? Get(ResourceKey key) =>
        _informers.FirstOrDefault(informer => informer.Namespace is null || informer.Namespace == key.Namespace)?.Get(key);

    /// <summary>All resources as last seen.</summary>
    public IReadOnlyCollection<T> GetAll() => _informers.Count == 1 ? _informers[0].GetAll() : [.. _informers.SelectMany(informer => informer.GetAll())];

    /// <summary>Runs until cancelled. Throws nothing but the cancellation.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_informers.Select(informer => informer.RunAsync(cancellationToken)));
}
