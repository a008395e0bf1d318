namespace RegistryOperator.Host.Reports;

/// <summary>Where reports are kept, and how much of them.</summary>
internal sealed record ReportStoreOptions
{
    /// <summary>The folder of the store's file.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The largest document that is taken, in bytes before it is compressed.</summary>
    public long MaximumDocumentBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of the file in use above which the oldest reports go.</summary>
    public long MaximumTotalBytes { get; init; } = 10L << 30;

    /// <summary>How long the reports of a digest stay after the last resource lost it.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a lock of another process is waited for.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True to look only: nothing is made, checked or repaired, so that it can be done beside a running operator.</summary>
    public bool IsReadOnly { get; init; }
}
