using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds;

/// <summary>Words and figures of a scanner's result, which are a plugin's or its tool's: cleaned and bounded.</summary>
internal static class ResultText
{
    /// <summary>Characters of a verdict, or of a name or value of a summary.</summary>
    private const int Longest = 200;

    /// <summary>Entries of a summary, and figures, that are kept.</summary>
    private const int MostEntries = 20;

    public static string Cut(string text) => OutsideText.Of(text, Longest);

    public static IReadOnlyDictionary<string, string> Cut(IReadOnlyDictionary<string, string> summary) =>
        summary.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => (Name: Cut(entry.Key), Value: Cut(entry.Value))).DistinctBy(entry => entry.Name).Take(MostEntries)
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>The finite ones: JSON has no others.</summary>
    public static IReadOnlyDictionary<string, double> Cut(IReadOnlyDictionary<string, double> figures) =>
        figures.Where(figure => double.IsFinite(figure.Value)).OrderBy(figure => figure.Key, StringComparer.Ordinal)
            .Select(figure => (Name: Cut(figure.Key), figure.Value)).DistinctBy(figure => figure.Name).Take(MostEntries)
            .ToDictionary(figure => figure.Name, figure => figure.Value, StringComparer.Ordinal);
}
