using System.Runtime.CompilerServices;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>
/// A call of a plugin, on a thread pool thread and left where the caller's token says so: a plugin may block, or ignore its token, and would keep a round
/// from its end.
/// </summary>
internal static class PluginCall
{
    /// <summary>Makes the call; its exceptions are left as they are.</summary>
    /// <param name="call">The call, which was given the same token.</param>
    /// <param name="onLate">Disposes of what a call that was left gives after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, Action<T>? onLate, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var running = Task.Run(async () => await call(), CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (onLate is not null && cancellationToken.IsCancellationRequested)
        {
            _ = DisposeAsync(running, onLate);
            throw;
        }
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}}, Action{T}?, CancellationToken)"/>
    public static Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => RunAsync(call, onLate: null, cancellationToken);

    /// <summary>The items of a list, each asked for by a call.</summary>
    public static async IAsyncEnumerable<T> ListAsync<T>(
        Func<IAsyncEnumerable<T>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = await RunAsync(
            () => Task.FromResult(call().GetAsyncEnumerator(cancellationToken)), late => _ = late.DisposeAsync().AsTask(), cancellationToken);
        var step = Task.FromResult(false);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                step = Task.Run(async () => await items.MoveNextAsync(), CancellationToken.None);
                if (!await step.WaitAsync(cancellationToken)) yield break;
                yield return items.Current;
            }
        }
        finally
        {
            // While it moves it can't be disposed of; and that may not end, either.
            var ended = DisposeAsync(items, step);
            await ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task DisposeAsync<T>(Task<T> running, Action<T> onLate)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompletedSuccessfully) onLate(await running);
    }

    private static async Task DisposeAsync<T>(IAsyncEnumerator<T> items, Task step)
    {
        await step.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await items.DisposeAsync();
    }
}
