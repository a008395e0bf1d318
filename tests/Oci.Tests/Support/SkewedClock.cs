using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>A clock whose time of day is corrected, while durations go on as before.</summary>
internal sealed class SkewedClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    public TimeSpan Skew { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
