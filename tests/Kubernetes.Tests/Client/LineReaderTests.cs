using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using RegistryOperator.Kubernetes.Client;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class LineReaderTests
{
    private static readonly Gen<string> Line = Gen.String[Gen.Char['a', 'z'], 1, 300];

    [Fact]
    public async Task ReadLinesAsync_AnyLinesInAnyPieces_ComeOutWhole() =>
        await Gen.Select(Line.List[0, 20], Gen.Int[1, 50]).SampleAsync(async sample =>
        {
            var (lines, piece) = sample;
            var content = string.Concat(lines.Select(line => line + "\n"));

            (await ReadAsync(content, piece, 1000)).ShouldBe(lines);
        }, iter: 200);

    [Fact]
    public async Task ReadLinesAsync_EmptyLines_AreLeftOut() => (await ReadAsync("\na\n\nb\n", 3, 10)).ShouldBe(["a", "b"]);

    [Fact]
    public async Task ReadLinesAsync_EndWithinALine_IsAnError() => await Should.ThrowAsync<EndOfStreamException>(ReadAsync("a\nhalf", 3, 10));

    [Theory]
    [InlineData(100)]
    [InlineData(2)]
    public async Task ReadLinesAsync_LineAsLongAsTheLimit_IsRead(int piece) => (await ReadAsync("0123456789\n0123456789\n", piece, 10)).Count.ShouldBe(2);

    [Theory]
    [InlineData("01234567890\n", 100)]
    [InlineData("0123456789012345", 2)]
    public async Task ReadLinesAsync_LineTooLong_IsAnError(string content, int piece) =>
        await Should.ThrowAsync<InvalidDataException>(ReadAsync(content, piece, 10));

    private static async Task<List<string>> ReadAsync(string content, int piece, int limit)
    {
        var pipe = new Pipe();
        var writing = WriteAsync();
        List<string> lines = [];
        await foreach (var line in LineReader.ReadLinesAsync(pipe.Reader.AsStream(), limit, TestContext.Current.CancellationToken))
            lines.Add(Encoding.UTF8.GetString(line.ToArray()));
        await writing;
        return lines;

        async Task WriteAsync()
        {
            foreach (var chunk in Encoding.UTF8.GetBytes(content).Chunk(piece))
            {
                await pipe.Writer.WriteAsync(chunk, TestContext.Current.CancellationToken);
                await Task.Yield();
            }

            await pipe.Writer.CompleteAsync();
        }
    }
}
