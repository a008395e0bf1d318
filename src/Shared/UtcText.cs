using System.Globalization;

namespace RegistryOperator.Shared;

/// <summary>Times as they are told to people, in UTC.</summary>
internal static class UtcText
{
    /// <summary>E.g. <c>2026-05-04</c>.</summary>
    public static string ToDay(DateTimeOffset time) => Format(time, "yyyy-MM-dd");

    /// <summary>E.g. <c>2026-05-04 13:37Z</c>.</summary>
    public static string ToMinute(DateTimeOffset time) => Format(time, "yyyy-MM-dd HH:mm'Z'");

    /// <summary>E.g. <c>2026-05-04 13:37</c>: for tables that are all times.</summary>
    public static string ToBareMinute(DateTimeOffset time) => Format(time, "yyyy-MM-dd HH:mm");

    /// <summary>E.g. <c>2026-05-04 13:37:42Z</c>.</summary>
    public static string ToSecond(DateTimeOffset time) => Format(time, "yyyy-MM-dd HH:mm:ss'Z'");

    private static string Format(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
