using System.Text;
using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Tools;

/// <summary>Keeps the end of a tool's standard error, for messages: however much a tool writes, and in whatever colours.</summary>
internal sealed partial class ErrorTail
{
    /// <summary>How much is kept, in bytes.</summary>
    public const int Size = 8 * 1024;

    // Twice the size, so that the end moves to the front once in a while and not with each read.
    private readonly byte[] _buffer = new byte[2 * Size];
    private int _length;
    private bool _isCut;

    /// <summary>What was kept, as plain text of whole lines.</summary>
    public string Text
    {
        get
        {
            var kept = _buffer.AsSpan(0, _length);
            var isCut = _isCut || kept.Length > Size;
            if (kept.Length > Size) kept = kept[^Size..];
            // The cut may fall within a character or an escape sequence: the text starts at the next line.
            if (isCut && kept.IndexOf((byte)'\n') is var end and >= 0 && end < kept.Length - 1) kept = kept[(end + 1)..];
            return Clean(Encoding.UTF8.GetString(kept));
        }
    }

    /// <summary>Reads until the tool closes its end.</summary>
    public async Task CopyAsync(Stream source, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _buffer.Length)
            {
                _buffer.AsSpan(_length - Size).CopyTo(_buffer);
                _length = Size;
                _isCut = true;
            }

            var count = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (count == 0) return;
            _length += count;
        }
    }

    /// <summary>The text without colours and control characters; a line that overwrites itself, as progress does, becomes several.</summary>
    public static string Clean(string text)
    {
        var plain = EscapeSequence().Replace(text, "").Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return string.Concat(plain.Where(character => character is '\n' or '\t' || !char.IsControl(character))).Trim();
    }

    // ECMA-48: control sequences (colours, cursor), operating system commands (titles, links), and the rest of two characters.
    [GeneratedRegex("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)|[@-Z\\\\^_])",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EscapeSequence();
}
