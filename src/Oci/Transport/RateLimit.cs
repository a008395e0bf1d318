using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A registry's rate limit: the remaining requests, and when the quota is reset, if the registry tells
/// (<see href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06"/>,
/// <see href="https://docs.docker.com/docker-hub/usage/pulls/#view-hourly-pull-rate-and-limit"/>).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateLimit(long Remaining, TimeSpan? Reset)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);

    /// <summary>The requests allowed in the window; null where that is not told.</summary>
    public long? Limit { get; init; }

    /// <summary>The time for which they are allowed; null where that is not told.</summary>
    public TimeSpan? Window { get; init; }

    public static RateLimit? Read(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("RateLimit-Remaining", out var remaining) || ParseRemaining(remaining.ToString()) is not { } left) return null;
        var limit = headers.TryGetValues("RateLimit-Limit", out var values) ? values.ToString() : null;
        return new RateLimit(left, DelayHeader.Read(headers, "RateLimit-Reset", now))
        {
            Limit = limit is null ? null : ParseRemaining(limit),
            Window = ParseWindow(remaining.ToString()) ?? ParseWindow(limit),
        };
    }

    // Docker Hub appends the window: `76;w=21600`.
    public static long? ParseRemaining(string text)
    {
        var end = text.IndexOfAny([';', ',']);
        const NumberStyles Style = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return long.TryParse(end < 0 ? text : text.AsSpan(0, end), Style, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The window in seconds, as in <c>76;w=21600</c>; null where there is none that can be meant.</summary>
    public static TimeSpan? ParseWindow(string? text)
    {
        foreach (var part in (text ?? "").Split(';', ',').Skip(1))
        {
            var window = part.Trim();
            if (!window.StartsWith("w=", StringComparison.OrdinalIgnoreCase)) continue;
            var isNumber = long.TryParse(window.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
            return isNumber && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestWindow.TotalSeconds)) : null;
        }

        return null;
    }
}
