using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>A fake clock that can also be set, as an administrator or NTP does: timestamps and timers run on, as those of the system do.</summary>
internal sealed class SettableClock : FakeTimeProvider
{
    private TimeSpan _error;

    /// <summary>Sets the clock forward, or back.</summary>
    public void Set(TimeSpan by) => _error += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _error;

    // The base's follows the clock.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
