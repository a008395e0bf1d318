namespace RegistryOperator.Reports.Sqlite;

/// <summary>Where the embedded store keeps its reports, and how.</summary>
public sealed record SqliteReportStoreOptions
{
    /// <summary>The folder of the store's file.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How much of them, and how long.</summary>
    public ReportLimits Limits { get; init; } = new();

    /// <summary>How long a lock of another process is waited for.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True to look only: nothing is made, checked or repaired, so that it can be done beside a running operator.</summary>
    public bool IsReadOnly { get; init; }
}
