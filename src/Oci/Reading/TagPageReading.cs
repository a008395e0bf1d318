using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Reading;

/// <summary>What a page of tags tells beside its tags.</summary>
/// <param name="Next">The page after it; null at the end of the list.</param>
/// <param name="Invalid">How many of its entries are no tags.</param>
internal sealed record TagPageEnd(Uri? Next, int Invalid)
{
    /// <summary>True where the registry says that there is more, and not readably where.</summary>
    public bool IsLinkOdd { get; init; }

    /// <summary>True where it has more valid tags than are read.</summary>
    public bool IsCut { get; init; }

    /// <summary>True where there is a page after it.</summary>
    public bool HasNext => Next is not null || IsLinkOdd;
}

/// <summary>One page of tags while it is read, beside who takes its tags.</summary>
internal sealed class TagPageReading : IAsyncDisposable
{
    private readonly TagFlow _tags;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _caller;
    private readonly Task<TagPageEnd> _end;

    /// <summary>Begins to read.</summary>
    /// <param name="tags">Where its tags go; disposed with this.</param>
    /// <param name="read">Reads the page. A try after one that failed may give tags of that once more.</param>
    /// <param name="cancellationToken">Ends the reading, as disposing does.</param>
    public TagPageReading(TagFlow tags, Func<TagFlow, CancellationToken, ValueTask<TagPageEnd>> read, CancellationToken cancellationToken)
    {
        _tags = tags;
        _caller = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _end = ReadAsync(read);
    }

    /// <summary>The next tags; null at the end of the page, or where it failed.</summary>
    public ValueTask<IReadOnlyList<string>?> TakeAsync() => _tags.TakeAsync();

    /// <summary>What the page told beside its tags, or a refusal, which is for the caller to judge: there may be another way to the same tags.</summary>
    /// <exception cref="RegistryException">It failed otherwise.</exception>
    public async ValueTask<(TagPageEnd? Page, RegistryException? Refusal)> EndAsync(Func<RegistryException, bool> isRefusal)
    {
        try
        {
            return (await _end, null);
        }
        catch (RegistryException refusal) when (isRefusal(refusal))
        {
            return (null, refusal);
        }
        catch (OperationCanceledException)
        {
            _caller.ThrowIfCancellationRequested();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCompleted) await _stop.CancelAsync();
        await ((Task)_end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _tags.Dispose();
        _stop.Dispose();
    }

    private async Task<TagPageEnd> ReadAsync(Func<TagFlow, CancellationToken, ValueTask<TagPageEnd>> read)
    {
        var isWhole = false;
        try
        {
            var end = await read(_tags, _stop.Token);
            isWhole = true;
            return end;
        }
        finally
        {
            _tags.End(isWhole);
        }
    }
}
