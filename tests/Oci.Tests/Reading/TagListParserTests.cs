using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class TagListParserTests
{
    [Theory]
    [InlineData("""{"t\u0061gs":null}""")]
    [InlineData("""{"tags":null}""")]
    [InlineData("""{"tags":[],"errors":[]}""")]
    [InlineData("""{"tags":[],"errors":null}""")]
    [InlineData("""{"name":"a/b","tags":[],"more":{"tags":["1"]}}""")]
    public void Read_NoTags_IsEmpty(string page) => Read(page).Valid.ShouldBeEmpty();

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"name":"a/b"}""")]
    [InlineData("""{"tags":["1"],"errors":[{"code":"UNKNOWN"}]}""")]
    [InlineData("""{"errors":"down","tags":[]}""")]
    [InlineData("""{"errors":{"a":[1]},"tags":[]}""")]
    public void Read_AnswerThatIsNoList_SaysNothingOfTheTags(string page) =>
        ReadAny(Encoding.UTF8.GetBytes(page)).IsList.ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("""{"tags":["1"],"tags":["2"]}""")]
    [InlineData("""{"tags":1}""")]
    [InlineData("""{"tags":{}}""")]
    [InlineData("""{"tags":[1]}""")]
    [InlineData("""{"tags":[["1"]]}""")]
    [InlineData("""{"tags":["1"}""")]
    [InlineData("""{"tags":["1"]} x""")]
    [InlineData("""{"\ud800":1,"tags":[]}""")]
    [InlineData("""{"more":[[[[[[[[[[[]]]]]]]]]]]}""")]
    public void Read_NoPageOfTags_IsRefused(string page) => Should.Throw<JsonException>(() => Read(page));

    [Fact]
    public void Read_TextThatIsNotUtf8_IsRefused() =>
        Should.Throw<JsonException>(() => ReadAny([.. "{\"tags\":[\""u8, 0xFF, .. "\"]}"u8]));

    [Fact]
    public void Read_AnyTags_AreThoseOfTheDocument()
    {
        var text = Gen.Char["ab1._-/\\\"\u00e9 "].Array[0, 6].Select(characters => new string(characters));
        text.Array[0, 50].Sample(tags =>
        {
            var read = Read(JsonSerializer.Serialize(new { name = "a/b", tags }));

            read.Valid.ShouldBe(tags.Where(ImageReference.IsTag));
            read.Invalid.ShouldBe(tags.Count(tag => tag.Length > 0 && !ImageReference.IsTag(tag)));
            read.IsCut.ShouldBeFalse();
        });
    }

    [Theory]
    [InlineData("""{"name":"a/b","more":{"tags":["0"],"a":[[1],{"b":[2]}]},"tags":["1","2"],"errors":[]}""")]
    [InlineData("""{"errors":[{"code":"X","a":[1]}],"tags":["1"]}""")]
    [InlineData("""{"errors":{},"tags":null}""")]
    [InlineData("""{"t\u0061gs":["\u0031","no tag",null,""],"errors":null}""")]
    [InlineData("""{"child":[],"manifest":{"sha256:0":{"tag":["1"],"timeCreatedMs":"1"}},"tags":["1"]}  """)]
    [InlineData("""{"tags":["1"],"a":tru}""")]
    [InlineData("""{"tags":["1"]} x""")]
    [InlineData("""{"tags":["1",""")]
    public void Read_PiecesOfAnyLength_IsTheSame(string page)
    {
        var bytes = Encoding.UTF8.GetBytes(page);
        var whole = Outcome(int.MaxValue);

        for (var length = 1; length <= bytes.Length; length++) Outcome(length).ShouldBe(whole);

        string Outcome(int length)
        {
            try
            {
                var read = ReadAny(bytes, length);
                return $"{string.Join(' ', read.Valid)}, {read.Invalid} invalid, a list: {read.IsList}";
            }
            catch (JsonException)
            {
                return "refused";
            }
        }
    }

    [Theory]
    [InlineData(2, 10_000, 3)]
    [InlineData(1000, 90, 3)] // 42 bytes each
    public void Read_MoreThanTheLimit_LooksNoFurther(int tags, int bytes, int expected)
    {
        var cut = ReadAny("""{"tags":["1","2","3",["this is not looked at"""u8, maximumTags: tags, maximumBytes: bytes);

        (cut.Valid.Count, cut.IsCut).ShouldBe((expected, true));
    }

    private static Answer Read(string page)
    {
        var read = ReadAny(Encoding.UTF8.GetBytes(page));
        read.IsList.ShouldBeTrue();
        return read;
    }

    private static Answer ReadAny(ReadOnlySpan<byte> page, int pieces = int.MaxValue, long maximumTags = 1000, long maximumBytes = 1_000_000)
    {
        var parser = new TagListParser(maximumTags, maximumBytes);
        var tags = new List<string>();
        for (int start = 0, end = 0; ;)
        {
            var isLast = pieces >= page.Length - end;
            end = isLast ? page.Length : end + pieces;
            start += parser.Read(page[start..end], isLast);
            tags.AddRange(parser.Take());
            if (isLast || parser.IsCut) return new Answer(tags, parser.Invalid, parser.IsList, parser.IsCut);
        }
    }

    private sealed record Answer(IReadOnlyList<string> Valid, int Invalid, bool IsList, bool IsCut);
}
