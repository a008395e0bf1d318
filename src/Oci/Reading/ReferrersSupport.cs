namespace RegistryOperator.Oci.Reading;

/// <summary>Remembers that a registry lacks the Referrers API, so that a subject costs one request instead of two; probes again after an interval.</summary>
internal sealed class ReferrersSupport(TimeSpan probeInterval, TimeProvider time)
{
    // Monotonic: a correction of the wall clock must not change the interval.
    private readonly long _start = time.GetTimestamp();
    private long _absentUntil;

    public bool IsKnownAbsent => time.GetElapsedTime(_start).Ticks < Volatile.Read(ref _absentUntil);

    public void MarkAbsent() => Volatile.Write(ref _absentUntil, time.GetElapsedTime(_start).Ticks + probeInterval.Ticks);
}
