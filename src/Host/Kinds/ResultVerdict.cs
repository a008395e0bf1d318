using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Kinds;

/// <summary>What a result says to gates and alerts, beside its words for people.</summary>
/// <param name="Word"><c>Passed</c> or <c>Failed</c>; null where it judges nothing.</param>
/// <param name="Figures">A few figures by name.</param>
internal sealed record ResultVerdict(string? Word, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The word for a verdict; null for none, and for what a later contract may add.</summary>
    public static string? WordOf(ScanVerdict verdict) => verdict is ScanVerdict.Passed or ScanVerdict.Failed ? verdict.ToString() : null;

    /// <summary>A result for people, with its verdict where the words don't say it themselves.</summary>
    public static string Describe(string result, string? verdict) =>
        verdict is null || result.Contains(verdict, StringComparison.OrdinalIgnoreCase) ? result : $"{result}, {verdict}";
}
