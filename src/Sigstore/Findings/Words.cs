namespace RegistryOperator.Sigstore.Findings;

/// <summary>Strangers' words in a message: on one line, and not for ever.</summary>
internal static class Words
{
    private const int Longest = 200;

    public static string Quote(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "''";
        var cut = text.Length > Longest ? text.AsSpan(0, Longest) : text;
        var clean = string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++) target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        });
        return text.Length > Longest ? $"'{clean}…'" : $"'{clean}'";
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
