namespace RegistryOperator.Host.Attachments;

/// <summary>
/// A value that is read once and kept (single flight). A read that failed or was cancelled is not kept, and each waiting caller then reads
/// itself, so that no caller gets another's cancellation.
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
