namespace RegistryOperator.Sboms.Documents;

/// <summary>Keeps one copy of each text: identifiers, licences and paths come many times in one document.</summary>
internal sealed class StringPool
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    /// <summary>The pool's copy of a text.</summary>
    public string Get(ReadOnlySpan<char> text)
    {
        var lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known)) return known;
        var added = text.ToString();
        _texts.Add(added);
        return added;
    }
}
