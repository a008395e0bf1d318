using System.Globalization;

namespace RegistryOperator.Sboms.Documents;

/// <summary>Times in documents.</summary>
internal static class Timestamp
{
    /// <summary>The time; null where there is none that can be read, for nothing else depends on it.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
