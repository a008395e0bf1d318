using System.Buffers;
using System.Globalization;
using System.Text;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary>
/// Durations as Go writes them, <c>1h30m</c>, <c>1.5s</c>, <c>500ms</c>, the form of every Kubernetes duration
/// (<see href="https://pkg.go.dev/time#ParseDuration"/>). Resolution is a tick, 100 ns; what is finer is cut off.
/// </summary>
internal static class GoDuration
{
    /// <summary>For an error message: the form, with examples.</summary>
    public const string Form = "a number and a unit (ns, us, ms, s, m, h), e.g. 500ms, 30s or 1h30m";

    /// <summary>Go's durations end here, at about 292 years.</summary>
    public static TimeSpan MaxValue { get; } = TimeSpan.FromTicks(long.MaxValue / TimeSpan.NanosecondsPerTick);

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Nanoseconds of each unit. Two-letter units stand first, so that <c>ms</c> is not read as <c>m</c>.</summary>
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("\u00b5s", 1_000), ("\u03bcs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>Parses <paramref name="text"/>; false where it is no duration or out of range.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var negative = text.StartsWith('-');
        if (negative || text.StartsWith('+')) text = text[1..];
        if (text is "0") return true;
        if (text.IsEmpty) return false;

        // The decimal type is exact for every term in range: 19 digits of nanoseconds and the fractions people write.
        var total = 0m;
        while (!text.IsEmpty)
        {
            if (!TryReadTerm(ref text, out var nanoseconds)) return false;
            total += nanoseconds;
            if (total > long.MaxValue) return false;
        }
        var ticks = (long)(total / TimeSpan.NanosecondsPerTick);
        duration = TimeSpan.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Formats as Go does: <c>1h30m0s</c>, <c>1.5s</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var ticks = (ulong)Math.Abs((decimal)duration.Ticks);
        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : "");
        if (ticks < TimeSpan.TicksPerSecond) return text.Append(FormatBelowSecond(ticks)).ToString();

        var minutes = ticks / TimeSpan.TicksPerMinute;
        if (minutes >= 60) text.Append(CultureInfo.InvariantCulture, $"{minutes / 60}h");
        if (minutes > 0) text.Append(CultureInfo.InvariantCulture, $"{minutes % 60}m");
        var seconds = (ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        return text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#######}s").ToString();
    }

    private static string FormatBelowSecond(ulong ticks)
    {
        if (ticks >= TimeSpan.TicksPerMillisecond)
            return string.Create(CultureInfo.InvariantCulture, $"{ticks / (decimal)TimeSpan.TicksPerMillisecond:0.####}ms");
        if (ticks >= TimeSpan.TicksPerMicrosecond)
            return string.Create(CultureInfo.InvariantCulture, $"{ticks / (decimal)TimeSpan.TicksPerMicrosecond:0.#}\u00b5s");
        return string.Create(CultureInfo.InvariantCulture, $"{ticks * TimeSpan.NanosecondsPerTick}ns");
    }

    private static bool TryReadTerm(ref ReadOnlySpan<char> text, out decimal nanoseconds)
    {
        nanoseconds = 0;
        var end = text.IndexOfAnyExcept(NumberCharacters);
        if (end <= 0) return false;
        // Neither sign nor exponent nor a lone point: decimal.Parse would take more than Go does.
        if (!decimal.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue)
            return false;
        text = text[end..];
        foreach (var (name, size) in Units)
        {
            if (!text.StartsWith(name, StringComparison.Ordinal)) continue;
            text = text[name.Length..];
            nanoseconds = decimal.Truncate(number * size);
            return true;
        }
        return false;
    }
}
