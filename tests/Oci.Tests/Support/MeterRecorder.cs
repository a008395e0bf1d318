using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>Keeps what is measured of the requests to one server: other tests run at the same time.</summary>
internal sealed class MeterRecorder : IDisposable
{
    private readonly MeterListener _listener = new();

    public MeterRecorder(string authority)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "registry_operator.oci.requests" or "registry_operator.oci.request.duration") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var text = Text(tags);
            if (!text.Contains(authority, StringComparison.Ordinal)) return;
            for (var i = 0; i < count; i++) Requests.Enqueue(text);
        });
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (Text(tags).Contains(authority, StringComparison.Ordinal)) Seconds.Enqueue(seconds);
        });
        _listener.Start();
    }

    /// <summary>The tags of each request counted.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The times recorded.</summary>
    public ConcurrentQueue<double> Seconds { get; } = new();

    public void Dispose() => _listener.Dispose();

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
