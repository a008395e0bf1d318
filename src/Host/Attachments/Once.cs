namespace RegistryOperator.Host.Attachments;

/// <summary>
/// A value that is read once and kept: whoever asks meanwhile waits. A read that failed or was cancelled is not kept, and the next one reads by
/// itself, so that nobody is given another's cancellation.
/// </summary>
internal sealed class Once<T>
    where T : class
{
    private volatile T? _value;

    private SemaphoreSlim Turn { get; } = new(1, 1);

    public async Task<T> GetAsync(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (_value is { } known) return known;
        await Turn.WaitAsync(cancellationToken);
        try
        {
            return _value ??= await read(cancellationToken);
        }
        finally
        {
            Turn.Release();
        }
    }
}
