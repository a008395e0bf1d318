using System.Collections.Concurrent;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Informers;

/// <summary>
/// The last known state of the resources, and the event that each change of it raises. Read from any thread; written by one.
/// </summary>
internal sealed class ResourceStore<T>(Action<ResourceEvent<T>> raise)
    where T : class, IKubernetesResource
{
    private readonly ConcurrentDictionary<ResourceKey, T> _items = new();

    /// <summary>The resource, or null.</summary>
    public T? Get(ResourceKey key) => _items.GetValueOrDefault(key);

    /// <summary>All resources at this moment.</summary>
    public IReadOnlyCollection<T> GetAll() => [.. _items.Values];

    /// <summary>Applies a list: raises the differences, including missed deletions.</summary>
    public void Replace(ResourceList<T> list)
    {
        // A malformed object exists: raising a deletion would clean up its reports.
        var present = list.Items.Select(item => item.Metadata.Key)
            .Concat(list.Malformed.Where(item => item.Key is not null).Select(item => item.Key!.Value))
            .ToHashSet();

        // A malformed object without a name could be any of the missing ones.
        if (list.Malformed.All(item => item.Key is not null))
        {
            foreach (var key in _items.Keys.Where(key => !present.Contains(key))) Remove(key, last: null);
        }

        foreach (var item in list.Items) Set(item);
    }

    /// <summary>Applies one resource.</summary>
    public void Set(T item)
    {
        var key = item.Metadata.Key;
        if (!_items.TryGetValue(key, out var old))
        {
            _items[key] = item;
            raise(new ResourceEvent<T>(ResourceEventKind.Added, null, item));
            return;
        }

        // Unchanged, after a relist or an overlapping watch. Versions are opaque: they may only be compared for equality.
        if (item.Metadata.ResourceVersion is { } version && version == old.Metadata.ResourceVersion) return;

        if (item.Metadata.Uid != old.Metadata.Uid)
        {
            // Deleted and created again in a gap: another resource, and what belongs to the old one must be cleaned up.
            Remove(key, last: null);
            Set(item);
            return;
        }

        _items[key] = item;
        raise(new ResourceEvent<T>(ResourceEventKind.Updated, old, item));
    }

    /// <summary>Removes one resource.</summary>
    /// <param name="key">Which.</param>
    /// <param name="last">Its last state, where the server sent it.</param>
    public void Remove(ResourceKey key, T? last)
    {
        if (_items.TryRemove(key, out var old))
            raise(new ResourceEvent<T>(ResourceEventKind.Deleted, last ?? old, null));
    }

    /// <summary>Raises a reminder of each resource.</summary>
    public void Resync()
    {
        foreach (var item in _items.Values) raise(new ResourceEvent<T>(ResourceEventKind.Resync, item, item));
    }
}
