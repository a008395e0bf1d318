namespace RegistryOperator.Host.Scans.Redaction;

/// <summary>The values of an image's variables, to be found in its commands. An image may have thousands of each.</summary>
/// <param name="values">The values.</param>
/// <param name="cancellationToken">Ends the search.</param>
internal sealed class VariableValues(IEnumerable<string> values, CancellationToken cancellationToken)
{
    /// <summary>Characters that are looked through, once for each value: some hundred times what large images of real builders need.</summary>
    public const long MostCharacters = 512 * 1024 * 1024;

    /// <summary>A shorter value, such as <c>1</c>, occurs in any command.</summary>
    private const int ShortestReplaced = 4;

    // A value may contain another one.
    private readonly string[] _values =
        [.. values.Where(value => value.Length >= ShortestReplaced).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];

    private long _left = MostCharacters;

    /// <summary>The text without the values. Where all texts together are more than can be looked through, nothing of the rest is shown.</summary>
    public string Hide(string text)
    {
        foreach (var value in _values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _left -= text.Length;
            if (_left < 0) return BuildCommands.Hidden;
            text = text.Replace(value, BuildCommands.Hidden, StringComparison.Ordinal);
        }

        return text;
    }
}
