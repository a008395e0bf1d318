namespace RegistryOperator.Reports;

/// <summary>How much a store keeps, and how long. Each limit has a setting, which messages name.</summary>
public sealed record ReportLimits
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Reports";

    /// <summary>The name of the setting of <see cref="MaximumDocumentBytes"/> in its section.</summary>
    public const string MaximumDocumentName = "MaximumDocumentMiB";

    /// <summary>The name of the setting of <see cref="MaximumTotalBytes"/> in its section.</summary>
    public const string MaximumTotalName = "MaximumTotalMiB";

    /// <summary>The name of the setting of <see cref="TimeToLive"/> in its section.</summary>
    public const string TimeToLiveName = "TimeToLiveHours";

    /// <summary>The setting of <see cref="MaximumDocumentBytes"/>, for messages.</summary>
    public const string MaximumDocumentSetting = $"{Section}:{MaximumDocumentName}";

    /// <summary>The setting of <see cref="MaximumTotalBytes"/>, for messages.</summary>
    public const string MaximumTotalSetting = $"{Section}:{MaximumTotalName}";

    /// <summary>The highest <see cref="MaximumDocumentBytes"/>, for every store has to take it: SQLite keeps a billion bytes in one row
    /// (<see href="https://www.sqlite.org/limits.html"/>), and compression may save nothing.</summary>
    public const int LargestDocumentMiB = 1_000_000_000 >> 20;

    /// <summary>The largest document that is taken, in bytes before it is compressed.</summary>
    public long MaximumDocumentBytes { get; init; } = 64L << 20;

    /// <summary>Bytes that the store uses on its disk above which the oldest reports go.</summary>
    public long MaximumTotalBytes { get; init; } = 10L << 30;

    /// <summary>How long the reports of a digest stay after the last resource lost it.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);
}
