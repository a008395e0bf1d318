using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.RegistryAuth.Local;

/// <summary>
/// Why a credential helper failed, in its own words: helpers write that to standard output, where a login would stand. Only what looks like a sentence is
/// repeated, without the words that may be a secret.
/// </summary>
internal static class HelperWords
{
    private const int Longest = 200;

    /// <summary>The longest word that is repeated: tokens are longer, and words of languages hardly ever.</summary>
    private const int LongestWord = 24;

    /// <summary>The words in brackets, after a space; empty for none.</summary>
    public static string Of(string output, string errors)
    {
        var said = Sentence(output) ?? Sentence(errors);
        return said is null ? "" : $" ({said})";
    }

    private static string? Sentence(string text)
    {
        // JSON is an answer, whatever the exit code says.
        if (text.Contains('{', StringComparison.Ordinal)) return null;
        var line = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2) return null;
        var shown = string.Join(' ', words.Select(word => MayBeSecret(word) ? "…" : word));
        return OutsideText.Of(shown, Longest).ToString().TrimEnd('.');
    }

    private static bool MayBeSecret(string word) =>
        word.Length > LongestWord || (word.Any(char.IsAsciiDigit) && word.Any(char.IsAsciiLetter) && word.Any(char.IsAsciiLetterUpper))
        || word.Contains("://", StringComparison.Ordinal);
}
