using System.Buffers;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Tests.Oci;

public sealed class OciDocumentTests
{
    /// <summary>Odd values among them, as the converters read them.</summary>
    [Theory]
    [InlineData("""
        {"schemaVersion":2,"mediaType":12.5,"manifests":[{"mediaType":"application/a","digest":"sha256:DIGEST","size":"17","artifactType":true,
         "annotations":{"a":"\u0062\u20ac","c":7,"d":null},"platform":{"os":"linux","architecture":"amd64"}},null]}
        """)]
    [InlineData("""{"manifests":[{"mediaType":"\ud800","digest":"sha256:DIGEST","size":99999999999999999999}]}""")]
    [InlineData("""{"manifests":null} """)]
    [InlineData("""{"manifests":[]} x""")]
    [InlineData("""{"manifests":[{"digest":"no digest"}]}""")]
    [InlineData("""{"manifests":[""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public void ReadIndex_InSeveralBuffers_IsTheSameAsInOne(string document)
    {
        var bytes = Encoding.UTF8.GetBytes(document.Replace("DIGEST", new string('a', 64), StringComparison.Ordinal));
        var whole = Outcome(() => OciDocument.ReadIndex(bytes));

        for (var length = 1; length < bytes.Length; length++) Outcome(() => OciDocument.ReadIndex(Split(bytes, length))).ShouldBe(whole, $"{length}");
    }

    private static string Outcome(Func<ImageIndex> read)
    {
        try
        {
            return JsonSerializer.Serialize(read());
        }
        catch (JsonException)
        {
            return "refused";
        }
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int length)
    {
        var first = new Part(bytes.AsMemory(0, Math.Min(length, bytes.Length)), 0);
        var last = first;
        for (var start = length; start < bytes.Length; start += length)
            last = last.Append(bytes.AsMemory(start, Math.Min(length, bytes.Length - start)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Part Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Part(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
