using System.Globalization;

namespace RegistryOperator.Sboms.Documents;

/// <summary>Times of documents.</summary>
internal static class Timestamp
{
    /// <summary>The time; null where it is missing or invalid, since nothing else depends on it.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
