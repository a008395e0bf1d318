namespace RegistryOperator.Oci.Reading;

/// <summary>Remembers that a registry lacks the Referrers API, so that a subject costs one request and not two; asks again after a while.</summary>
internal sealed class ReferrersSupport(TimeSpan probeInterval, TimeProvider time)
{
    // Monotonic: a corrected wall clock must not make the registry lack the API for longer.
    private readonly long _start = time.GetTimestamp();
    private long _absentUntil;

    public bool IsKnownAbsent => time.GetElapsedTime(_start).Ticks < Volatile.Read(ref _absentUntil);

    public void MarkAbsent() => Volatile.Write(ref _absentUntil, time.GetElapsedTime(_start).Ticks + probeInterval.Ticks);
}
