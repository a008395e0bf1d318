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
    public static RateLimit? Read(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("RateLimit-Remaining", out var remaining) || ParseRemaining(remaining.ToString()) is not { } left) return null;
        return new RateLimit(left, DelayHeader.Read(headers, "RateLimit-Reset", now));
    }

    // Docker Hub appends the window: `76;w=21600`.
    public static long? ParseRemaining(string text)
    {
        var end = text.IndexOf(';', StringComparison.Ordinal);
        const NumberStyles Style = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return long.TryParse(end < 0 ? text : text.AsSpan(0, end), Style, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
