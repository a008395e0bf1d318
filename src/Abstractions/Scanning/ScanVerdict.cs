namespace RegistryOperator.Abstractions.Scanning;

/// <summary>What a result says to a gate or an alert, beside its words for people.</summary>
public enum ScanVerdict
{
    /// <summary>It judges nothing.</summary>
    None,

    /// <summary>What was asked for holds.</summary>
    Passed,

    /// <summary>What was asked for does not hold.</summary>
    Failed,
}
