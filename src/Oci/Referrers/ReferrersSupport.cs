namespace RegistryOperator.Oci.Referrers;

/// <summary>Remembers that a registry lacks the Referrers API, so that a subject costs one request and not two; asks again after a while.</summary>
internal sealed class ReferrersSupport(TimeSpan probeInterval, TimeProvider time)
{
    private long _absentUntil;

    public bool IsKnownAbsent => Volatile.Read(ref _absentUntil) is var until and not 0 && time.GetUtcNow().UtcTicks < until;

    public void MarkAbsent() => Volatile.Write(ref _absentUntil, time.GetUtcNow().UtcTicks + probeInterval.Ticks);
}
