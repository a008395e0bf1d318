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
    [InlineData("</style.css>; rel=preload; as=style", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    // As some registries write it: without a relation, without brackets.
    [InlineData("</x>", "/x")]
    [InlineData("</x>; title=next", "/x")]
    [InlineData("</previous>; rel=prev, </x>", "/x")]
    [InlineData("</x>, </next>; rel=next", "/next")]
    [InlineData("</x", "/x")]
    [InlineData("</x; rel=next", "/x")]
    [InlineData("/v2/a/tags/list?n=2&last=x; rel=\"next\"", "/v2/a/tags/list?n=2&last=x")]
    [InlineData("/v2/a/tags/list?n=2&last=x", "/v2/a/tags/list?n=2&last=x")]
    [InlineData("?last=x; rel=next", "?last=x")]
    [InlineData("https://r.example/x; rel=next", "https://r.example/x")]
    [InlineData("/x; rel=prev", null)]
    // There is something, and nobody can say what.
    [InlineData("next", null, true)]
    [InlineData("; rel=next", null, true)]
    [InlineData("{}", null, true)]
    public void Find_HeaderOfThisForm_GivesTheTarget(string header, string? expected, bool isOdd = false) =>
        LinkHeader.Find(header).ShouldBe(new NextLink(expected, isOdd));

    [Theory]
    [InlineData(new[] { "</first>; rel=prev", "</second>; rel=next", "</third>; rel=next" }, "/second")]
    [InlineData(new[] { "</first>; rel=prev", "</second>" }, "/second")]
    [InlineData(new[] { "</first>", "</second>; rel=next" }, "/second")]
    [InlineData(new[] { "odd", "</second>; rel=next" }, "/second")]
    [InlineData(new string[0], null)]
    public void Find_SeveralHeaders_GivesTheFirstNext(string[] headers, string? expected)
    {
        using var response = new HttpResponseMessage();
        if (headers.Length > 0) response.Headers.TryAddWithoutValidation("Link", headers);

        LinkHeader.Find(response.Headers.NonValidated).ShouldBe(new NextLink(expected, false));
    }

    [Fact]
    public void Find_TextOfDelimiters_Ends() =>
        Gen.Char["<>;,=\" \\rel/?"].Array[0, 40].Sample(text => LinkHeader.Find(new string(text)) is not { Target: not null, IsOdd: true });
}
