using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RegistryOperator.Sboms.Packages;

/// <summary>Percent-encoding as package URLs use it: the colon stays as it is.</summary>
internal static class PackageUrlEncoding
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Appends a part in encoded form.</summary>
    public static StringBuilder Append(StringBuilder to, string part)
    {
        if (!part.AsSpan().ContainsAnyExcept(Plain)) return to.Append(part);
        foreach (var unit in Encoding.UTF8.GetBytes(part))
        {
            if (unit < 0x80 && Plain.Contains((char)unit)) to.Append((char)unit);
            else to.Append('%').Append(unit.ToString("X2", CultureInfo.InvariantCulture));
        }

        return to;
    }

    /// <summary>Decodes a part; false where a percent sign is not followed by two hexadecimal digits or the bytes are no UTF-8.</summary>
    public static bool TryDecode(ReadOnlySpan<char> part, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        if (!part.Contains('%'))
        {
            decoded = part.ToString();
            return true;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(part.Length)];
        var length = 0;
        while (!part.IsEmpty)
        {
            var percent = part.IndexOf('%');
            var plain = percent < 0 ? part : part[..percent];
            length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
            if (percent < 0) break;
            if (part.Length < percent + 3 || !TryHexadecimal(part.Slice(percent + 1, 2), out bytes[length++])) return false;
            part = part[(percent + 3)..];
        }

        try
        {
            decoded = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool TryHexadecimal(ReadOnlySpan<char> digits, out byte value)
    {
        value = 0;
        return char.IsAsciiHexDigit(digits[0]) && char.IsAsciiHexDigit(digits[1])
            && byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
