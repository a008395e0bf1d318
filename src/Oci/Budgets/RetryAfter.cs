using System.Net.Http.Headers;

namespace RegistryOperator.Oci.Budgets;

/// <summary>Reads <c>Retry-After</c>, in seconds or as a date (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"/>).</summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(HttpHeadersNonValidated headers, DateTimeOffset now) =>
        headers.TryGetValues("Retry-After", out var values) ? Parse(values.ToString(), now) : null;

    public static TimeSpan? Parse(string text, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(text, out var value)) return null;
        var wait = value.Delta ?? value.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
