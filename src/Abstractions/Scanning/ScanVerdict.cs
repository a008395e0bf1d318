namespace RegistryOperator.Abstractions.Scanning;

/// <summary>The machine-readable verdict of a result, for gates and alerts.</summary>
public enum ScanVerdict
{
    /// <summary>The scanner gives no verdict.</summary>
    None,

    /// <summary>The requirements are met.</summary>
    Passed,

    /// <summary>The requirements are not met.</summary>
    Failed,
}
