using System.Globalization;
using System.Net.Http.Headers;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A delay in a header of a registry: seconds or a date, as in <see href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"/>, or a
/// Unix time, which several registries send although no specification has it.
/// </summary>
internal static class DelayHeader
{
    public const string RetryAfterHeader = "Retry-After";

    /// <summary>
    /// The longest delay accepted, whatever the header: one wrong value must not stop all requests to a host. Where more was meant, one request
    /// an hour learns it again.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // As seconds from now these would be 30 and 3,000 years; as Unix times they are in 2001 and, in milliseconds, in 1973.
    private const decimal SmallestUnixSeconds = 1_000_000_000;
    private const decimal SmallestUnixMilliseconds = 100_000_000_000;

    private const string InternetTime = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>The first valid delay of the header; null where the header is missing or has none.</summary>
    public static TimeSpan? Read(HttpHeadersNonValidated headers, string name, DateTimeOffset now)
    {
        if (!headers.TryGetValues(name, out var values)) return null;
        foreach (var value in values)
        {
            if (Parse(value, now) is { } delay) return delay;
        }

        return null;
    }

    /// <summary>
    /// The delay in the text of one header, from zero to <see cref="Longest"/>; null where it has none. Parameters (<c>30;w=60</c>) are ignored.
    /// </summary>
    public static TimeSpan? Parse(string? text, DateTimeOffset now)
    {
        var value = text.AsSpan();
        if (value.IndexOf(';') is var end and >= 0) value = value[..end];
        value = value.Trim();
        if (decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return Bound(Seconds(number, now));
        return ParseTime(value.ToString()) is { } time ? Bound((decimal)(time - now).TotalSeconds) : null;
    }

    /// <summary>The delay, limited to zero up to <see cref="Longest"/>.</summary>
    public static TimeSpan Bound(TimeSpan delay) => delay < TimeSpan.Zero ? TimeSpan.Zero : delay > Longest ? Longest : delay;

    private static TimeSpan Bound(decimal seconds) => TimeSpan.FromSeconds((double)Math.Clamp(seconds, 0, (decimal)Longest.TotalSeconds));

    private static decimal Seconds(decimal number, DateTimeOffset now) => number switch
    {
        >= SmallestUnixMilliseconds => (number - now.ToUnixTimeMilliseconds()) / 1000,
        >= SmallestUnixSeconds => number - (now.ToUnixTimeMilliseconds() / 1000m),
        _ => number,
    };

    private static DateTimeOffset? ParseTime(string text)
    {
        if (RetryConditionHeaderValue.TryParse(text, out var value)) return value.Date;
        return DateTimeOffset.TryParseExact(text, InternetTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
