using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RegistryOperator.Host.Yaml;

/// <summary>
/// Gives scalars their type by YAML's core schema (<see href="https://yaml.org/spec/1.2.2/#103-core-schema"/>): plain ones by their text,
/// quoted ones are strings, a tag decides over both.
/// </summary>
internal static partial class CoreSchema
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>The scalar as JSON; null is JSON's null.</summary>
    /// <exception cref="FormatException">The tag is not known, the text does not fit it, or JSON has no such value.</exception>
    public static JsonNode? Resolve(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag is "" or "?" && scalar.Style == ScalarStyle.Plain) return ResolvePlain(scalar.Value);
        return tag switch
        {
            "" or "!" or "?" or TagPrefix + "str" => JsonValue.Create(scalar.Value),
            TagPrefix + "null" when IsNull(scalar.Value) => null,
            TagPrefix + "bool" when IsBoolean(scalar.Value, out var boolean) => JsonValue.Create(boolean),
            TagPrefix + "int" when TryReadInteger(scalar.Value, out var number) => number,
            TagPrefix + "float" when TryReadInteger(scalar.Value, out var number) || TryReadFloat(scalar.Value, out number) => number,
            _ when tag.StartsWith('!') && scalar.Value.Length == 0 =>
                throw new FormatException($"tag '{tag}' is not known; a text that begins with ! has to be in quotes: '{tag}'"),
            _ => throw new FormatException($"tag '{tag.Replace(TagPrefix, "!!", StringComparison.Ordinal)}' is not known or does not fit the value"),
        };
    }

    /// <summary>True where a plain scalar of this text is a string.</summary>
    public static bool IsPlainString(string text) =>
        !IsNull(text) && !IsBoolean(text, out _) && !Integer().IsMatch(text) && !Float().IsMatch(text) && !NotFinite().IsMatch(text);

    private static JsonNode? ResolvePlain(string text)
    {
        if (IsNull(text)) return null;
        if (IsBoolean(text, out var boolean)) return JsonValue.Create(boolean);
        if (TryReadInteger(text, out var number) || TryReadFloat(text, out number)) return number;
        return JsonValue.Create(text);
    }

    private static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    private static bool IsBoolean(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE";
        return value || text is "false" or "False" or "FALSE";
    }

    private static bool TryReadInteger(string text, out JsonNode? number)
    {
        number = null;
        if (!Integer().IsMatch(text)) return false;
        var value = text switch
        {
            ['0', 'o', ..] => text.AsSpan(2).ToArray().Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0')),
            // A leading zero keeps the parser from taking the first digit for a sign.
            ['0', 'x', ..] => BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            _ => BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        };
        // JSON text keeps all digits of a number too long for any numeric type.
        number = text is "-0" ? JsonNode.Parse(text) : JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    private static bool TryReadFloat(string text, out JsonNode? number)
    {
        number = null;
        if (NotFinite().IsMatch(text)) throw new FormatException($"'{text}' is a number that JSON does not have; quote it if it is a string");
        if (Float().Match(text) is not { Success: true } match) return false;
        var groups = match.Groups;
        var sign = groups["sign"].Value == "-" ? "-" : "";
        var whole = groups["whole"].Value.TrimStart('0') is { Length: > 0 } digits ? digits : "0";
        var fraction = groups["fraction"].Value is { Length: > 0 } decimals ? "." + decimals : "";
        number = JsonNode.Parse($"{sign}{whole}{fraction}{groups["exponent"].Value}");
        return true;
    }

    [GeneratedRegex(@"\A([-+]?[0-9]{1,4096}|0o[0-7]{1,4096}|0x[0-9a-fA-F]{1,4096})\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"\A(?<sign>[-+]?)(\.(?<fraction>[0-9]+)|(?<whole>[0-9]+)(\.(?<fraction>[0-9]*))?)(?<exponent>([eE][-+]?[0-9]+)?)\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Float();

    [GeneratedRegex(@"\A([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotFinite();
}
