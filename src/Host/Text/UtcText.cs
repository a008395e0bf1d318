using System.Globalization;

namespace RegistryOperator.Host.Text;

/// <summary>Times as they are told to people, in UTC.</summary>
internal static class UtcText
{
    /// <summary>E.g. <c>2026-05-04 13:37Z</c>.</summary>
    public static string ToMinute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>E.g. <c>2026-05-04 13:37:42Z</c>.</summary>
    public static string ToSecond(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
