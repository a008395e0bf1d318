using System.Threading.Channels;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The tags of one page between the connection and who lists them: who does other work between two tags doesn't keep the connection waiting for it. Where they
/// are many, they take the room of a large page, so that lists which can't be held together are read one after the other. There is no backpressure: of a page
/// whose tags are taken slowly, all may lie here, up to <see cref="OciClientOptions.MaximumTagBytes"/> of each try. Who takes them may ask the same registry
/// for more meanwhile, and would wait for a permit without end if reading, which has one, waited for him.
/// </summary>
internal sealed class TagFlow(LargePages large, string group) : IDisposable
{
    /// <summary>Bytes of memory that the tags of a page take without room: five usual pages, of a thousand tags.</summary>
    private const long Small = 512 * 1024;

    private readonly List<IReadOnlyList<string>> _heldBack = [];

    private readonly Channel<IReadOnlyList<string>> _batches =
        Channel.CreateUnbounded<IReadOnlyList<string>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private long _bytes;
    private IDisposable? _room;

    /// <summary>Begins the page, once more after a try that broke off: what that has left here is not known to be right.</summary>
    public void Begin()
    {
        _heldBack.Clear();
        if (_room is null) _bytes = 0;
    }

    /// <summary>Puts tags in; waits where they need room.</summary>
    public async ValueTask GiveAsync(IReadOnlyList<string> tags, Exchange exchange)
    {
        _heldBack.Add(tags);
        if (_room is null)
        {
            foreach (var tag in tags) _bytes += OciClientOptions.SizeOf(tag);
            if (_bytes <= Small) return;
            _room = await exchange.WaitAsync(token => large.EnterTagsAsync(group, token));
        }

        GiveOut();
        // Lets who takes them run in between: where all that comes is there already, the page would mostly be read to its end before.
        await Task.Yield();
    }

    /// <summary>Nothing comes any more.</summary>
    /// <param name="isWhole">False where the page failed: it may be no list of tags at all, so that nothing more of it is given out.</param>
    public void End(bool isWhole)
    {
        if (isWhole) GiveOut();
        else _heldBack.Clear();
        _batches.Writer.TryComplete();
    }

    /// <summary>The next tags; null at the end.</summary>
    public async ValueTask<IReadOnlyList<string>?> TakeAsync() =>
        await _batches.Reader.WaitToReadAsync() && _batches.Reader.TryRead(out var tags) ? tags : null;

    public void Dispose() => _room?.Dispose();

    private void GiveOut()
    {
        foreach (var tags in _heldBack) _batches.Writer.TryWrite(tags);
        _heldBack.Clear();
    }
}
