using System.Threading.Channels;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Inspects tags with a fixed number of workers over a bounded channel; results stand in place, in the order asked for. When the registry
/// itself fails (throttled, or several transient failures in a row), the pool stops asking: what is left is answered with that failure.
/// </summary>
internal sealed class InspectionPool(ImageInspector inspector, int concurrency, Action<InspectedImage>? inspected = null)
{
    /// <summary>So many transient failures in a row, with no success between, are an outage and no matter of single tags.</summary>
    private const int MinimumFailuresOfAnOutage = 3;

    private int _failuresInARow;
    private RegistryException? _outage;

    /// <summary>The failure that stopped the pool, or null.</summary>
    public RegistryException? Outage => _outage;

    public async Task<InspectedImage[]> InspectAsync(IReadOnlyList<VersionedTag> tags, CancellationToken cancellationToken)
    {
        var results = new InspectedImage[tags.Count];
        var work = Channel.CreateBounded<int>(new BoundedChannelOptions(2 * concurrency) { SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = new Task[Math.Min(concurrency, tags.Count)];
        for (var i = 0; i < workers.Length; i++) workers[i] = WorkAsync(work.Reader, tags, results, stop);

        try
        {
            for (var i = 0; i < tags.Count; i++) await work.Writer.WriteAsync(i, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A worker failed unexpectedly and stopped the rest; awaiting the workers below throws its exception.
        }
        finally
        {
            work.Writer.Complete();
        }

        await Task.WhenAll(workers);
        return results;
    }

    private async Task WorkAsync(ChannelReader<int> work, IReadOnlyList<VersionedTag> tags, InspectedImage[] results, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var index in work.ReadAllAsync(stop.Token))
            {
                results[index] = await InspectAsync(tags[index], stop.Token);
                inspected?.Invoke(results[index]);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task<InspectedImage> InspectAsync(VersionedTag tag, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _outage) is { } outage) return Failed(tag, outage);
        try
        {
            var image = await inspector.InspectAsync(tag, cancellationToken);
            Volatile.Write(ref _failuresInARow, 0);
            return image;
        }
        catch (RegistryException failure)
        {
            var failures = Interlocked.Increment(ref _failuresInARow);
            if (failure.Kind is RegistryErrorKind.RateLimited || failures >= Math.Max(MinimumFailuresOfAnOutage, concurrency)) Volatile.Write(ref _outage, failure);
            return Failed(tag, failure);
        }
    }

    private static InspectedImage Failed(VersionedTag tag, RegistryException failure) =>
        new(tag) { Reason = ImageReasons.Of(failure.Kind), Message = failure.Message };
}
