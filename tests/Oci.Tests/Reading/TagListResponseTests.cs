using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class TagListResponseTests
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
        TagListResponse.Read(Encoding.UTF8.GetBytes(page), 1000, 1_000_000).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
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
        Should.Throw<JsonException>(() => TagListResponse.Read([.. "{\"tags\":[\""u8, 0xFF, .. "\"]}"u8], 10, 1000));

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
    [InlineData(2, 10_000, 3)]
    [InlineData(1000, 90, 3)] // 42 bytes each
    public void Read_MoreThanTheLimit_LooksNoFurther(int tags, int bytes, int expected)
    {
        var cut = TagListResponse.Read("""{"tags":["1","2","3",["this is not looked at"""u8, tags, bytes);

        (cut!.Valid.Count, cut.IsCut).ShouldBe((expected, true));
    }

    private static TagNames Read(string page) => TagListResponse.Read(Encoding.UTF8.GetBytes(page), 1000, 1_000_000).ShouldNotBeNull();
}
