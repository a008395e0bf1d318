using System.Text.Json;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Shortens the texts and the white space of a JSON document on its way to a parser that holds a whole token, of which a stranger decides the length. What is
/// left of a long text is longer than any that is looked at.
/// </summary>
internal sealed class JsonShortener
{
    /// <summary>Bytes of a text that are left.</summary>
    public const int LongestText = 1024;

    private Place _place = Place.Outside;
    private int _length;
    private int _digits;
    private bool _isKept = true;

    private enum Place
    {
        Outside,
        Space,
        Text,
        Escape,
        Digits,
    }

    /// <summary>Shortens the next piece in its place. The first begins outside of a text.</summary>
    /// <returns>The bytes that are left.</returns>
    /// <exception cref="JsonException">What is no text is longer than a number.</exception>
    public int Shorten(Span<byte> piece)
    {
        var length = 0;
        foreach (var one in piece)
        {
            if (IsKept(one)) piece[length++] = one;
        }

        return length;
    }

    private bool IsKept(byte one)
    {
        if (_place is Place.Escape or Place.Digits) _length++;
        switch (_place)
        {
            case Place.Text:
                return IsKeptOfText(one);
            case Place.Escape:
                _place = one == 'u' ? Place.Digits : Place.Text;
                _digits = 0;
                return _isKept;
            case Place.Digits:
                if (!char.IsAsciiHexDigit((char)one)) throw new JsonException("An escape is cut short.");
                if (++_digits == 4) _place = Place.Text;
                return _isKept;
            default:
                return IsKeptOutside(one);
        }
    }

    private bool IsKeptOfText(byte one)
    {
        if (one == '"')
        {
            _place = Place.Outside;
            _length = 0;
            return true;
        }

        if (one == '\\') _place = Place.Escape;
        // A character is kept as a whole, or not at all.
        var goesOn = (one & 0xC0) == 0x80;
        if (!goesOn) _isKept = _length < LongestText;
        _length++;
        return _isKept;
    }

    private bool IsKeptOutside(byte one)
    {
        if (one is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            var isFirst = _place is not Place.Space;
            _place = Place.Space;
            _length = 0;
            return isFirst;
        }

        _place = one == '"' ? Place.Text : Place.Outside;
        if (one is (byte)'"' or (byte)',' or (byte)':' or (byte)'{' or (byte)'}' or (byte)'[' or (byte)']') _length = 0;
        else if (++_length > LongestText) throw new JsonException("A value is neither a text nor a number.");
        return true;
    }
}
