namespace RegistryOperator.Host.Text;

/// <summary>Lists in sentences.</summary>
internal static class Listed
{
    /// <summary><c>a, b or c</c>.</summary>
    public static string Or(IReadOnlyList<string> choices) =>
        choices.Count < 2 ? string.Concat(choices) : $"{string.Join(", ", choices.SkipLast(1))} or {choices[^1]}";
}
