using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Scans.Model;
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
    /// <param name="fault">What was thrown, maybe by the plugin's own collections.</param>
    /// <param name="scanner">Whose result it is.</param>
    public static ScanProblem Unusable(Exception fault, BoundScanner scanner)
    {
        var unusable = $"The result of {scanner.Use.Scanner} can't be used";
        return new ScanProblem(
            ScanReasons.Failed,
            PluginFault.Quotes(fault, scanner.Secrets)
                ? $"{unusable} ({fault.GetType().Name}). {PluginFault.LeftOut}"
                : $"{unusable}. {PluginFault.Describe(fault)}");
    }

    /// <summary>The fault as it may be logged; null where it quotes a Secret.</summary>
    public static Exception? Loggable(Exception fault, BoundScanner scanner) => PluginFault.Quotes(fault, scanner.Secrets) ? null : fault;
}
