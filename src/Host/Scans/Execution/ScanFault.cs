using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>Explains to the user an exception that ended a scan.</summary>
internal static class ScanFault
{
    /// <summary>The problem; null for an unexpected exception.</summary>
    public static ScanProblem? ProblemOf(Exception failure) => failure switch
    {
        ScanException known => ScanProblem.From(known),
        ReportTooLargeException => new ScanProblem(ScanReasons.TooLarge, failure.Message),
        ReportStoreException => new ScanProblem(ScanReasons.Failed, failure.Message),
        _ => null,
    };

    /// <summary>The problem of a result that can't be turned into a report.</summary>
    public static ScanProblem Unusable(Exception fault, string scanner) =>
        new(ScanReasons.Failed, $"The result of {scanner} can't be used. {PluginFault.Describe(fault)}");
}
