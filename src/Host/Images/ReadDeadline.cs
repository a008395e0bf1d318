using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Images;

/// <summary>
/// How long one round may read its registry: a request has a timeout of its own, which a resource sets, but a registry decides how many there are.
/// </summary>
internal sealed class ReadDeadline : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _ends;

    public ReadDeadline(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _deadline = new CancellationTokenSource(limit, time);
        _ends = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, caller);
    }

    /// <summary>Cancelled at the deadline, and by the caller.</summary>
    public CancellationToken Token => _ends.Token;

    /// <summary>True where the time is over, and it is not the caller who stopped.</summary>
    public bool IsOver => _deadline.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>True where the caller has stopped.</summary>
    public bool IsStopped => _caller.IsCancellationRequested;

    /// <summary>What is then told.</summary>
    public RegistryException Failure => new(
        RegistryErrorKind.TimedOut,
        $"the registry was read for {_limit.TotalSeconds:0} s and had not answered all. Narrow spec.tagFilter, or raise Reading:TimeoutSeconds.");

    public void Dispose()
    {
        _ends.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Reads in time. What the deadline ends has no other reason than that, whatever was thrown.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> read)
    {
        try
        {
            // Not all that is called obeys its token: an authenticator, or a client, may be a plugin's.
            return await read().WaitAsync(Token);
        }
        catch (Exception) when (IsOver)
        {
            throw Failure;
        }
    }
}
