using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RegistryOperator.Oci.Transport;

/// <summary>Counts and times every HTTP request, including those to token servers and redirect targets. Without a listener it costs two checks.</summary>
internal sealed class RegistryMeter : IDisposable
{
    public const string MeterName = "RegistryOperator.Oci";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _time;

    public RegistryMeter(TimeProvider time)
    {
        _time = time;
        _requests = _meter.CreateCounter<long>("registry_operator.oci.requests", "{request}", "HTTP requests sent to registries and their token servers.");
        _duration = _meter.CreateHistogram<double>("registry_operator.oci.request.duration", "s", "Time from sending a request to its response's headers.");
    }

    /// <summary>A timestamp to be passed to <see cref="Record"/>; 0 without a listener.</summary>
    public long Start() => _requests.Enabled || _duration.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>Records a request. <paramref name="response"/> is null where there was none.</summary>
    public void Record(long started, HttpRequestMessage request, HttpResponseMessage? response)
    {
        if (started == 0) return;
        var tags = new TagList
        {
            { "host", request.RequestUri?.Authority },
            { "method", request.Method.Method },
            { "status", response is null ? "none" : (int)response.StatusCode },
        };
        _requests.Add(1, tags);
        _duration.Record(_time.GetElapsedTime(started).TotalSeconds, tags);
    }

    public void Dispose() => _meter.Dispose();
}
