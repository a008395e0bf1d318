using System.Threading.Channels;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The tags of one page between the connection and who lists them. The page is read as fast as they are taken, so that few are in between. Who does other
/// work between two tags doesn't keep the connection waiting for it: then the page takes the room of a large one, and is read to its end.
/// </summary>
internal sealed class TagFlow(LargePages large, string group, TimeProvider time) : IDisposable
{
    /// <summary>Batches in between.</summary>
    private const int Ahead = 4;

    /// <summary>Who takes nothing for so long does other work.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<IReadOnlyList<string>> _batches =
        Channel.CreateUnbounded<IReadOnlyList<string>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly SemaphoreSlim _places = new(Ahead);
    private IDisposable? _room;

    /// <summary>Puts tags in, as soon as there is place for them.</summary>
    public async ValueTask GiveAsync(IReadOnlyList<string> tags, Exchange exchange)
    {
        if (_room is null && !_places.Wait(0, CancellationToken.None)) _room = await exchange.WaitAsync(WaitAsync);
        _batches.Writer.TryWrite(tags);
    }

    /// <summary>Nothing comes any more.</summary>
    public void End() => _batches.Writer.TryComplete();

    /// <summary>The next tags; null at the end.</summary>
    public async ValueTask<IReadOnlyList<string>?> TakeAsync()
    {
        if (!await _batches.Reader.WaitToReadAsync() || !_batches.Reader.TryRead(out var tags)) return null;
        _places.Release();
        return tags;
    }

    public void Dispose()
    {
        _room?.Dispose();
        _places.Dispose();
    }

    // Null where there was place in time.
    private async ValueTask<IDisposable?> WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _places.WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await large.EnterAsync(group, cancellationToken);
        }
    }
}
