using System.Text;
using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// Keeps the end of a tool's standard error, for messages: however much a tool writes, and in whatever colours. Of a tool in Go that crashes, the line that
/// says why is kept too: a stack of many goroutines follows it.
/// </summary>
internal sealed partial class ErrorTail
{
    /// <summary>How much is kept, in bytes.</summary>
    public const int Size = 8 * 1024;

    /// <summary>How much is kept of a line that names the cause of a crash, in bytes.</summary>
    private const int CauseSize = 1024;

    // Twice the size, so that the end moves to the front once in a while and not with each read.
    private readonly byte[] _buffer = new byte[2 * Size];
    private int _length;
    private bool _isCut;
    private string? _cause;

    /// <summary>What was kept, as plain text of whole lines.</summary>
    public string Text
    {
        get
        {
            var kept = _buffer.AsSpan(0, _length);
            var isCut = _isCut || kept.Length > Size;
            var start = Math.Max(_length - Size, 0);
            // The cut may fall within a character or an escape sequence: the text starts at the next line.
            if (isCut && kept[start..].IndexOf((byte)'\n') is var end and >= 0 && start + end < _length - 1) start += end + 1;
            var text = Encoding.UTF8.GetString(kept[start..]);
            return Clean((_cause ?? CauseIn(kept, start)) is { } cause ? $"{cause}\n{text}" : text);
        }
    }

    /// <summary>Reads until the tool closes its end.</summary>
    public async Task CopyAsync(Stream source, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _buffer.Length)
            {
                _cause ??= CauseIn(_buffer, _length - Size);
                _buffer.AsSpan(_length - Size).CopyTo(_buffer);
                _length = Size;
                _isCut = true;
            }

            var count = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (count == 0) return;
            _length += count;
        }
    }

    /// <summary>The first line that begins as a crash of Go's does, among those that begin before <paramref name="end"/>.</summary>
    private static string? CauseIn(ReadOnlySpan<byte> buffer, int end)
    {
        for (var start = 0; start < end;)
        {
            var line = buffer[start..];
            var length = line.IndexOf((byte)'\n') is var at and >= 0 ? at : line.Length;
            if (IsCause(line)) return Encoding.UTF8.GetString(line[..Math.Min(length, CauseSize)]);
            start += length + 1;
        }

        return null;
    }

    private static bool IsCause(ReadOnlySpan<byte> line) =>
        line.StartsWith("panic: "u8) || line.StartsWith("fatal error: "u8) || line.StartsWith("runtime: out of memory"u8);

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
