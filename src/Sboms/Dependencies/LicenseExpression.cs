namespace RegistryOperator.Sboms.Dependencies;

/// <summary>SPDX licence expressions (<see href="https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/"/>).</summary>
internal static class LicenseExpression
{
    private const string And = " AND ";

    /// <summary>
    /// The licences that all hold: the parts that AND joins at the top. SPDX writes as one expression what other formats list. A choice (OR) stays one
    /// text, for none of its licences holds alone.
    /// </summary>
    public static IEnumerable<string> Parts(string license)
    {
        // AND binds closer than OR, so an OR at the top makes the whole text a choice.
        if (!license.Contains(And, StringComparison.Ordinal) || HasAtTop(license, " OR ")) return [license];
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var at = 0; at < license.Length; at++)
        {
            if (license[at] == '(')
            {
                depth++;
            }
            else if (license[at] == ')')
            {
                depth--;
            }
            else if (depth == 0 && license.AsSpan(at).StartsWith(And))
            {
                parts.Add(license[start..at].Trim());
                at += And.Length - 2;
                start = at + 1;
            }
        }

        parts.Add(license[start..].Trim());
        return parts.Where(part => part.Length > 0);
    }

    private static bool HasAtTop(string license, string word)
    {
        var depth = 0;
        for (var at = 0; at < license.Length; at++)
        {
            if (license[at] == '(') depth++;
            else if (license[at] == ')') depth--;
            else if (depth == 0 && license.AsSpan(at).StartsWith(word)) return true;
        }

        return false;
    }
}
