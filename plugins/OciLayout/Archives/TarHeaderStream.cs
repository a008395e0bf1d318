namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// An archive whose headers are looked at before they are believed: the reader makes room for the whole of an extended header before it reads it, and a few
/// bytes may say that it has two gigabytes.
/// </summary>
internal sealed class TarHeaderStream(FileStream archive) : Stream
{
    private const int HeaderSize = 512;
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int TypeAt = 156;
    private const long LargestExtension = 1024 * 1024;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => archive.Length;

    public override long Position
    {
        get => archive.Position;
        set => archive.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = archive.Read(buffer);
        // Headers are read whole. Where other bytes look like one, the archive is none that a tool has written.
        if (count == HeaderSize) Check(buffer[..count]);
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => archive.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06; L and K are GNU's long names.
    private static void Check(ReadOnlySpan<byte> header)
    {
        if (header[TypeAt] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')) return;
        var digits = header.Slice(SizeAt, SizeLength);
        var size = 0L;
        // Base 256, for sizes that have no room in octal digits.
        var isLarge = (digits[0] & 0x80) != 0;
        foreach (var digit in digits)
        {
            if (digit is >= (byte)'0' and <= (byte)'7') size = (size * 8) + digit - '0';
        }

        if (isLarge || size > LargestExtension) throw new ArchiveException("it has a header of more than 1 MiB");
    }
}
