namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>Waits for conditions.</summary>
public static class Wait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is true.</summary>
    /// <param name="condition">What is waited for, e.g. <c>the deployment has three pods</c>; part of the error.</param>
    /// <param name="isMet">Asks. A failure to connect, or a time-out of the question, counts as "not yet".</param>
    /// <param name="deadline">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition was not met in time.</exception>
    public static async Task UntilAsync(string condition, Func<CancellationToken, Task<bool>> isMet, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var passed = new CancellationTokenSource(deadline, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(passed.Token, cancellationToken);
        Exception? last = null;
        try
        {
            while (true)
            {
                try
                {
                    if (await isMet(limit.Token)) return;
                    last = null;
                }
                catch (Exception error)
                    when (error is HttpRequestException or IOException || error is OperationCanceledException && !limit.IsCancellationRequested)
                {
                    last = error;
                }

                await Task.Delay(Interval, TimeProvider.System, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Not within {deadline.TotalSeconds:0.#} s: {condition}.{(last is null ? "" : $" Last error: {last.Message}")}", last);
        }
    }

    /// <summary>Asks until the answer is true.</summary>
    public static Task UntilAsync(string condition, Func<bool> isMet, TimeSpan deadline, CancellationToken cancellationToken) =>
        UntilAsync(condition, _ => Task.FromResult(isMet()), deadline, cancellationToken);
}
