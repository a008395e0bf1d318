using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>The commit that an image says to be built from. A label can be written and copied by anybody; what a provenance says is verified.</summary>
/// <param name="Repository">The repository's address; empty where none is named.</param>
/// <param name="Commit">The commit.</param>
internal sealed record SourceCommit(string Repository, string Commit)
{
    /// <summary>Characters that are shown of one: it is the publisher who writes it.</summary>
    public const int LongestShown = 64;

    /// <summary>An abbreviation of git has seven digits, SHA-256 has 64.</summary>
    private const int ShortestCommit = 7;

    private const int LongestCommit = 64;
    private const int LongestRepository = 500;
    private const int ShownDigits = 12;
    private const string AddressCharacters = "-._~:/@+%";

    /// <summary>What is shown of it, quoted; of what is no address only that it is none, since it may be any sentence.</summary>
    public string Quoted => $"\"{OutsideText.Cut(Text, LongestShown)}\"";

    private string Text
    {
        get
        {
            var commit = Commit[..Math.Min(Commit.Length, ShownDigits)];
            if (Repository.Length == 0) return commit;
            return Repository.All(letter => char.IsAsciiLetterOrDigit(letter) || AddressCharacters.Contains(letter))
                ? $"{commit} of {Repository}"
                : $"{commit} of no valid address";
        }
    }

    /// <summary>Reads what <see cref="ToText"/> wrote; null where it names no commit. Words such as <c>unknown</c>, <c>HEAD</c> or <c>main</c> are those of
    /// any two images.</summary>
    public static SourceCommit? Parse(string? text)
    {
        if (text is null) return null;
        var end = text.LastIndexOf('@');
        return Of(end < 0 ? "" : text[..end], text[(end + 1)..]);
    }

    /// <summary>The source; null where it names no commit.</summary>
    public static SourceCommit? Of(string? repository, string? commit) =>
        commit?.Length is >= ShortestCommit and <= LongestCommit && commit.All(char.IsAsciiHexDigit) && commit.Trim('0').Length > 0
            && (repository?.Length ?? 0) <= LongestRepository
            ? new SourceCommit(repository ?? "", commit)
            : null;

    public string ToText() => $"{Repository}@{Commit}";
}
