using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class JsonShortenerTests
{
    private const int Longest = JsonShortener.LongestText;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("{\"a\" : [ 1, true,\n\n \"b  c\" ] }", "{\"a\" : [ 1, true,\n\"b  c\" ] }")]
    [InlineData("[\"\\\"  \\\\\",   \"\\u0041\"]", "[\"\\\"  \\\\\", \"\\u0041\"]")]
    [InlineData("\t\t1  2", "\t1 2")]
    public void Shorten_ShortTexts_DropsWhiteSpaceAlone(string document, string expected)
    {
        for (var piece = 1; piece <= document.Length; piece++) Shorten(document, piece).ShouldBe(expected);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\u00e9")]
    [InlineData("\u20ac")]
    [InlineData("\U0001f600")]
    [InlineData("\\n")]
    [InlineData("\\\\")]
    [InlineData("\\\"")]
    [InlineData("\\u00e9")]
    public void Shorten_LongText_EndsAfterAWholeCharacter(string character)
    {
        for (var before = 0; before < 12; before++)
        {
            var start = new string('x', before);
            var document = $"{{\"{start}{string.Concat(Enumerable.Repeat(character, 3000))}\":1,\"b\":\"2\"}}";

            var left = Shorten(document, 100);

            left.Length.ShouldBeLessThan(Longest + 50);
            using var parsed = JsonDocument.Parse(left);
            var members = parsed.RootElement.EnumerateObject().ToList();
            var name = members[0].Name;
            Encoding.UTF8.GetByteCount(left).ShouldBeGreaterThan(Longest);
            JsonSerializer.Deserialize<string>($"\"{start}{string.Concat(Enumerable.Repeat(character, 3000))}\"")!.ShouldStartWith(name);
            members[1].Value.GetString().ShouldBe("2");
        }
    }

    [Fact]
    public void Shorten_AnyDocument_IsTheSameButForWhatIsLong()
    {
        var text = Gen.Char["ab\\\"\n\u00e9\u20ac ,:[]{}"].Array[0, 8].Select(characters => new string(characters));
        Gen.Select(Gen.Dictionary(text, text.Array[0, 4])[0, 6], Gen.Int[1, 40], Gen.Bool).Sample((document, piece, isIndented) =>
        {
            var written = JsonSerializer.Serialize(document, isIndented ? Indented : null);

            var left = JsonSerializer.Deserialize<Dictionary<string, string[]>>(Shorten(written, piece));

            JsonSerializer.Serialize(left).ShouldBe(JsonSerializer.Serialize(document));
        });
    }

    [Fact]
    public void Shorten_NumberWithoutEnd_IsRefused() => Should.Throw<JsonException>(() => Shorten("[" + new string('1', Longest + 1), 100));

    private static string Shorten(string document, int piece)
    {
        var shortener = new JsonShortener();
        var left = new MemoryStream();
        foreach (var part in Encoding.UTF8.GetBytes(document).Chunk(piece)) left.Write(part, 0, shortener.Shorten(part));
        return Encoding.UTF8.GetString(left.ToArray());
    }
}
