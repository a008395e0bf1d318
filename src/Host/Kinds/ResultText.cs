using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds;

/// <summary>Words of a scanner's result, which are a plugin's or its tool's: cleaned and bounded.</summary>
internal static class ResultText
{
    /// <summary>Characters of a verdict, or of a name or value of a summary.</summary>
    private const int Longest = 200;

    public static string Cut(string text) => PlainText.OneLine(text, Longest);
}
