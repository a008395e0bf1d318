namespace RegistryOperator.Sboms.Documents;

/// <summary>Interns the strings of one document: identifiers, licences and paths occur many times.</summary>
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
