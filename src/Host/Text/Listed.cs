namespace RegistryOperator.Host.Text;

/// <summary>Lists in sentences.</summary>
internal static class Listed
{
    /// <summary><c>a, b or c</c>.</summary>
    public static string Or(IReadOnlyList<string> choices) => With("or", choices);

    /// <summary><c>a, b and c</c>.</summary>
    public static string And(IReadOnlyList<string> parts) => With("and", parts);

    private static string With(string word, IReadOnlyList<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.SkipLast(1))} {word} {parts[^1]}";
}
