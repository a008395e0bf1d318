using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class PaginationTests
{
    private readonly Pagination _pages = new(
        new RequestTarget(RequestTargetKind.Tags), new RegistryErrors("https://r.example", "a/b", RegistryCredential.Anonymous, TimeProvider.System));

    [Theory]
    [InlineData("https://r.example/v2/a/b/tags/list?n=2", null, null)]
    [InlineData("https://r.example/v2/a/b/tags/list?n=2", "/v2/a/b/tags/list?n=2&last=x", "https://r.example/v2/a/b/tags/list?n=2&last=x")]
    [InlineData("https://r.example/v2/a/b/tags/list?n=2", "?last=x", "https://r.example/v2/a/b/tags/list?last=x")]
    [InlineData("https://r.example/v2/a/b/tags/list?n=2", "https://R.example/p?last=x", "https://r.example/p?last=x")]
    [InlineData("https://r.example/list", "https://r.example:443/p", "https://r.example/p")]
    // A proxy ends TLS, and the registry behind does not know.
    [InlineData("https://r.example/list", "http://r.example/p?last=x", "https://r.example/p?last=x")]
    [InlineData("https://r.example:5000/list", "http://r.example:5000/p", "https://r.example:5000/p")]
    [InlineData("http://r.example/list", "https://r.example/p", "http://r.example/p")]
    // It names itself by an inner host, another port or another scheme: what it means is path and query.
    [InlineData("https://r.example/list", "https://inner.example:5000/p?last=x", "https://r.example/p?last=x")]
    [InlineData("https://r.example/list", "//inner.example/p", "https://r.example/p")]
    [InlineData("https://r.example/list", "https://r.example:5000/p", "https://r.example/p")]
    [InlineData("https://r.example:5000/list", "https://r.example/p", "https://r.example:5000/p")]
    [InlineData("https://r.example:5000/list", "http://r.example/p", "https://r.example:5000/p")]
    [InlineData("https://r.example/list", "https://u:p@r.example/p", "https://r.example/p")]
    [InlineData("https://r.example/list", "mailto:x", "not a valid URL")]
    [InlineData("https://r.example/list", "file:///p", "not a valid URL")]
    [InlineData("https://r.example/list", "", "not a valid URL")]
    [InlineData("https://r.example/list", "https://", "not a valid URL")]
    public void Next_Link_StaysOnTheRegistrysHost(string current, string? link, string? expected)
    {
        if (expected?.StartsWith("http", StringComparison.Ordinal) != false)
        {
            _pages.Next(link, new Uri(current))?.AbsoluteUri.ShouldBe(expected);
            (link is null).ShouldBe(_pages.Next(link, new Uri(current)) is null);
            return;
        }

        var error = Should.Throw<RegistryException>(() => _pages.Next(link, new Uri(current)));
        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public void Visit_PageSeenBefore_LeadsInACircle()
    {
        _pages.Visit(new Uri("https://r.example/a"));
        _pages.Visit(new Uri("https://r.example/a?last=x"));
        _pages.Visit(new Uri("https://r.example/A"));

        Should.Throw<RegistryException>(() => _pages.Visit(new Uri("https://r.example/a"))).Message.ShouldContain("lead in a circle");
    }

    [Fact]
    public void Visit_PagesWithoutEnd_AreGivenUp()
    {
        for (var i = 0; i < Pagination.MaximumPages; i++) _pages.Visit(new Uri($"https://r.example/{i}"));

        var error = Should.Throw<RegistryException>(() => _pages.Visit(new Uri("https://r.example/next")));

        error.Kind.ShouldBe(RegistryErrorKind.TooLarge);
        error.Message.ShouldContain("the list has more than 20000 pages");
    }

    [Theory]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    public void Next_LongLink_IsFollowedUpToTheLimit(int characters, bool isFollowed)
    {
        var link = "/p?last=".PadRight(characters, 'x');

        if (isFollowed) _pages.Next(link, new Uri("https://r.example/a")).ShouldNotBeNull();
        else Should.Throw<RegistryException>(() => _pages.Next(link, new Uri("https://r.example/a"))).Message.ShouldContain("more than 8192 characters");
    }

    [Fact]
    public void Count_PagesWithoutAnythingNew_AreGivenUpAfterSomeInARow()
    {
        var page = new Uri("https://r.example/a");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < Pagination.MaximumEmptyPages; i++) _pages.Count(page, 0);
            _pages.Count(page, 1);
        }

        for (var i = 0; i < Pagination.MaximumEmptyPages; i++) _pages.Count(page, 0);
        Should.Throw<RegistryException>(() => _pages.Count(page, 0)).Message.ShouldContain("20 pages of the list in a row bring nothing new");
    }
}
