namespace RegistryOperator.Abstractions.Authentication;

/// <summary>
/// Masks secrets with <c>***</c> in texts that tools and servers wrote: verbatim, escaped for URLs, JSON and HTML, in hexadecimal digits, and in Base64, also
/// within a longer text such as <c>user:password</c>. A secret of 4 to 7 characters is masked where no letter or digit stands beside it, and a shorter one
/// only in Base64: masking it everywhere would ruin the text. The forms are made once. Immutable; shows no secret.
/// </summary>
public sealed class SecretMask
{
    /// <summary>The replacement of a secret.</summary>
    private const string Replacement = "***";

    /// <summary>A shorter secret, such as <c>1</c>, occurs in any text: masking it would ruin the text, and reveal the secret.</summary>
    private const int ShortestMasked = 4;

    // A form may contain another one: the longest first.
    private readonly string[] _forms;

    /// <param name="secrets">The secrets to mask, in every form.</param>
    /// <param name="encoded">Texts to mask verbatim: encodings that combine secrets with other text.</param>
    internal SecretMask(IEnumerable<string> secrets, IEnumerable<string> encoded) => _forms =
    [
        .. secrets.Select(secret => secret.Trim()).Where(secret => secret.Length >= ShortestMasked).SelectMany(SecretForms.Of).Concat(encoded)
            .Where(form => form.Length >= ShortestMasked).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length),
    ];

    /// <summary>Masks what any of these does.</summary>
    public static SecretMask Of(params ReadOnlySpan<SecretMask> masks)
    {
        IEnumerable<string> forms = [];
        foreach (var mask in masks) forms = forms.Concat(mask._forms);
        return new SecretMask([], forms);
    }

    /// <summary>True where there is nothing to mask.</summary>
    public bool IsEmpty => _forms.Length == 0;

    /// <summary>The text with the secrets masked; the same text where it has none.</summary>
    public string Conceal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var form in _forms)
        {
            text = form.Length < SecretForms.ShortestInsideWords
                ? ReplaceWords(text, form)
                : text.Replace(form, Replacement, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>True where a secret is in the text.</summary>
    public bool IsIn(string text) => !ReferenceEquals(Conceal(text), text);

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "nothing to mask" : "secrets to mask";

    private static string ReplaceWords(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || (end < text.Length && char.IsLetterOrDigit(text[end]))) continue;
            text = string.Concat(text.AsSpan(0, at), Replacement, text.AsSpan(end));
        }

        return text;
    }
}
