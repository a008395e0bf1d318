using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace RegistryOperator.Oci.Budgets;

/// <summary>
/// What a registry says about its rate limit: the requests left, and when the count starts again, if it says so
/// (<see href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06"/>,
/// <see href="https://docs.docker.com/docker-hub/usage/pulls/#view-hourly-pull-rate-and-limit"/>).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateLimit(long Remaining, TimeSpan? Reset)
{
    // GitLab writes the time of the reset as seconds since 1970, others the seconds until it.
    private const long SmallestUnixTime = 1_000_000_000;

    public static RateLimit? Read(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("RateLimit-Remaining", out var remaining)) return null;
        var reset = headers.TryGetValues("RateLimit-Reset", out var values) ? values.ToString() : null;
        return Parse(remaining.ToString(), reset, now);
    }

    public static RateLimit? Parse(string remaining, string? reset, DateTimeOffset now)
    {
        if (!TryParseNumber(remaining, out var left)) return null;
        if (!TryParseNumber(reset, out var seconds)) return new RateLimit(left, null);
        var wait = seconds >= SmallestUnixTime ? seconds - now.ToUnixTimeSeconds() : seconds;
        return new RateLimit(left, TimeSpan.FromSeconds(Math.Clamp(wait, 0, int.MaxValue)));
    }

    // Docker Hub appends the window: `76;w=21600`.
    private static bool TryParseNumber(ReadOnlySpan<char> text, out long number)
    {
        var end = text.IndexOf(';');
        const NumberStyles Style = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return long.TryParse(end < 0 ? text : text[..end], Style, CultureInfo.InvariantCulture, out number);
    }
}
