using CsCheck;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class LinkHeaderTests
{
    [Theory]
    [InlineData("</v2/a/tags/list?last=x&n=2>; rel=\"next\"", "/v2/a/tags/list?last=x&n=2")]
    [InlineData("</next>;rel=next", "/next")]
    [InlineData("</next>; title=\"a, b; c\"; REL=NEXT", "/next")]
    [InlineData("</previous>; rel=\"prev\", </next>; rel=\"last next\"", "/next")]
    [InlineData("</a,b>; rel=next", "/a,b")]
    [InlineData("</previous>; rel=\"prev\"", null)]
    [InlineData("</x>; rel=\"nextish\"", null)]
    [InlineData("</x>", null)]
    [InlineData("</x", null)]
    [InlineData("", null)]
    public void FindNext_HeaderOfThisForm_GivesTheTarget(string header, string? expected) => LinkHeader.FindNext(header).ShouldBe(expected);

    [Theory]
    [InlineData(new[] { "</first>; rel=prev", "</second>; rel=next", "</third>; rel=next" }, "/second")]
    [InlineData(new[] { "</first>; rel=prev", "</second>" }, null)]
    [InlineData(new string[0], null)]
    public void FindNext_SeveralHeaders_GivesTheFirstNext(string[] headers, string? expected)
    {
        using var response = new HttpResponseMessage();
        if (headers.Length > 0) response.Headers.TryAddWithoutValidation("Link", headers);

        LinkHeader.FindNext(response.Headers.NonValidated).ShouldBe(expected);
    }

    [Fact]
    public void FindNext_TextOfDelimiters_Ends() =>
        Gen.Char["<>;,=\" \\rel"].Array[0, 40].Sample(text => LinkHeader.FindNext(new string(text))?.Length.ShouldBeGreaterThanOrEqualTo(0));
}
