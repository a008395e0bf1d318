using System.Text;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>
/// An ELF file that has nothing but what a Go program says of its modules: a program header, and the section <c>.go.buildinfo</c>
/// (<see href="https://pkg.go.dev/debug/buildinfo"/>).
/// </summary>
internal static class GoProgram
{
    private const ulong Address = 0x400000;
    private const int InfoOffset = 128;
    private const int FrameLength = 16;

    /// <summary>The file.</summary>
    /// <param name="version">The version of Go.</param>
    /// <param name="modules">The module information, lines of <c>path</c>, <c>mod</c> and <c>dep</c>.</param>
    public static byte[] Build(string version, string modules)
    {
        var frame = new string('-', FrameLength);
        var info = Write(writer =>
        {
            writer.Write([0xff]);
            // The size of a pointer; texts stand inline.
            writer.Write(" Go buildinf:\u0008\u0002"u8);
            writer.Write(new byte[16]);
            writer.Write(version);
            writer.Write(frame + modules + frame);
        });
        var names = "\0.go.buildinfo\0.shstrtab\0"u8.ToArray();
        var namesOffset = InfoOffset + info.Length;
        var sections = (ulong)(namesOffset + names.Length + 7) / 8 * 8;
        return Write(writer =>
        {
            writer.Write("\u007fELF\u0002\u0001\u0001"u8);
            writer.Write(new byte[9]);
            WriteAll(writer, (ushort)2, (ushort)62, 1u, Address, 64ul, sections, 0u, (ushort)64, (ushort)56, (ushort)1, (ushort)64, (ushort)3, (ushort)2);
            WriteAll(writer, 1u, 6u, 0ul, Address, Address, sections, sections, 4096ul);
            PadTo(writer, InfoOffset);
            writer.Write(info);
            writer.Write(names);
            PadTo(writer, (int)sections);
            writer.Write(new byte[64]);
            WriteAll(writer, 1u, 1u, 3ul, Address + InfoOffset, (ulong)InfoOffset, (ulong)info.Length, 0u, 0u, 16ul, 0ul);
            WriteAll(writer, 15u, 3u, 0ul, 0ul, (ulong)namesOffset, (ulong)names.Length, 0u, 0u, 1ul, 0ul);
        });
    }

    private static byte[] Write(Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        // Its texts have the length before them as Go's do, 7 bits at a time.
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true)) write(writer);
        return content.ToArray();
    }

    private static void PadTo(BinaryWriter writer, int offset) => writer.Write(new byte[offset - (int)writer.BaseStream.Position]);

    private static void WriteAll(BinaryWriter writer, params object[] values)
    {
        foreach (var value in values)
        {
            switch (value)
            {
                case ushort number: writer.Write(number); break;
                case uint number: writer.Write(number); break;
                case ulong number: writer.Write(number); break;
                default: throw new ArgumentException($"{value} has no place in an ELF file.", nameof(values));
            }
        }
    }
}
