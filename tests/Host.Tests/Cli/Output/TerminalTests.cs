using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Tests.Cli.Output;

public class TerminalTests
{
    [Theory]
    [InlineData(false, Tone.Bad, "x\n")]
    [InlineData(true, Tone.Plain, "x\n")]
    [InlineData(true, Tone.Strong, "\u001b[1mx\u001b[0m\n")]
    [InlineData(true, Tone.Good, "\u001b[32mx\u001b[0m\n")]
    [InlineData(true, Tone.Warning, "\u001b[33mx\u001b[0m\n")]
    [InlineData(true, Tone.Bad, "\u001b[31mx\u001b[0m\n")]
    internal void WriteLine_Tone_IsAColourWhereTheWindowHasThem(bool hasColors, Tone tone, string expected)
    {
        var output = new StringWriter();

        Create(output, TextWriter.Null, hasColors).WriteLine(new TerminalText("x", tone));

        output.ToString().ShouldBe(expected);
    }

    [Fact]
    public void WriteLine_Parts_AreOneLineAndAnEmptyOneHasNoColour()
    {
        var output = new StringWriter();
        var terminal = Create(output, TextWriter.Null, hasColors: true);

        terminal.WriteLine("a", new TerminalText("", Tone.Bad), "b\nc");
        terminal.WriteLine();

        output.ToString().ShouldBe("ab c\n\n");
    }

    [Fact]
    public void WriteDocument_Text_IsPrintedAsItIs()
    {
        var output = new StringWriter();

        Create(output, TextWriter.Null).WriteDocument("a\u001b\r\n\tb");

        output.ToString().ShouldBe("a\u001b\r\n\tb");
    }

    [Fact]
    public void WriteDocument_Bytes_GoToTheStreamAndAreFlushed()
    {
        using var bytes = new FlushedStream();

        Create(TextWriter.Null, TextWriter.Null, bytes: bytes).WriteDocument("é\n"u8);

        bytes.ToArray().ShouldBe("é\n"u8.ToArray());
        bytes.IsFlushed.ShouldBeTrue();
    }

    [Fact]
    public void WriteDocument_BytesWithoutAStream_AreText()
    {
        var output = new StringWriter();

        Create(output, TextWriter.Null).WriteDocument("é"u8);

        output.ToString().ShouldBe("é");
    }

    [Fact]
    public void Write_StreamFull_SaysSo()
    {
        using var full = new FullStream();

        Should.Throw<OutputException>(() => Create(TextWriter.Null, TextWriter.Null, bytes: full).WriteDocument("x"u8))
            .Message.ShouldBe("The output could not be written: full");
        Should.Throw<OutputException>(() => Create(new StreamWriter(full), TextWriter.Null).WriteLine("x")).InnerException.ShouldBeOfType<IOException>();
    }

    [Fact]
    public void WriteError_StreamFull_IsPassedOver()
    {
        using var full = new FullStream();
        var terminal = Create(TextWriter.Null, new StreamWriter(full) { AutoFlush = true });

        Should.NotThrow(() => terminal.WriteError("x"));
    }

    private static Terminal Create(TextWriter output, TextWriter error, bool hasColors = false, Stream? bytes = null) =>
        new() { In = TextReader.Null, Out = output, Error = error, OutBytes = bytes, HasColors = hasColors, ShowsProgress = false };

    private sealed class FlushedStream : MemoryStream
    {
        public bool IsFlushed { get; private set; }

        public override void Flush() => IsFlushed = true;
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("full");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");
    }
}
