using System.Collections.Concurrent;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>Imported keys or certificates, one for each thread that verifies at the same time: .NET's own are not promised to be thread-safe, and importing
/// takes longer than verifying.</summary>
internal sealed class Pool<TKey>(Func<TKey> import)
    where TKey : class
{
    private readonly ConcurrentBag<TKey> _idle = [];

    public Lease Rent() => new(this, _idle.TryTake(out var key) ? key : import());

    public void Return(TKey key) => _idle.Add(key);

    public readonly ref struct Lease(Pool<TKey> pool, TKey key)
    {
        public TKey Key => key;

        public void Dispose() => pool.Return(key);
    }
}
