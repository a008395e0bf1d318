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

    /// <summary>The largest allowed <see cref="MaximumDocumentBytes"/>, in MiB, which every store has to accept: SQLite keeps a billion bytes in one row
    /// (<see href="https://www.sqlite.org/limits.html"/>), and compression may save nothing.</summary>
    public const int LargestDocumentMiB = 1_000_000_000 >> 20;

    /// <summary>The largest document accepted, in bytes before compression.</summary>
    public long MaximumDocumentBytes { get; init; } = 64L << 20;

    /// <summary>The store's size limit on disk, in bytes; above it, the oldest reports are deleted.</summary>
    public long MaximumTotalBytes { get; init; } = 10L << 30;

    /// <summary>How long the reports of a digest are kept after no resource has it any more, and a report after none uses it.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);
}
