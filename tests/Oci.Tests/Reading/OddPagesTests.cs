using CsCheck;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

/// <summary>Lists of tags whose pages or links are not as specified: all tags or an error, never a part without a word.</summary>
public sealed class OddPagesTests
{
    private const string List = "/v2/a/b/tags/list";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] All = ["1", "2", "3", "4", "5"];

    [Theory]
    [InlineData(400, true)]
    [InlineData(402, true)]
    [InlineData(405, true)]
    [InlineData(406, true)]
    [InlineData(410, true)]
    [InlineData(413, true)]
    [InlineData(416, true)]
    [InlineData(422, true)]
    [InlineData(451, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    public async Task ListTagsAsync_PageWithSizeRefused_IsAskedForOnceWithout(int status, bool isAskedAgain)
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Query.ContainsKey("n") ? Answers.ErrorAsync(context, status, "X", "x") : TagsAsync(context, All));
        using var provider = TestClient.Provider();
        var list = provider.For(server.Url).ListTagsAsync(None).ToListAsync();

        if (isAskedAgain) (await list).ShouldBe(All);
        else await list.ShouldFailAsync();

        server.Requests.Count.ShouldBe(isAskedAgain ? 2 : 1);
    }

    [Fact]
    public async Task ListTagsAsync_LaterPageWithSizeRefused_IsAskedForWithout()
    {
        await using var server = await PagesAsync(
            last => $"<{List}?n=2&last={last}>; rel=\"next\"",
            context => context.Request.Query.ContainsKey("n") && context.Request.Query.ContainsKey("last") ? 400 : 200);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);
    }

    [Theory]
    [InlineData("<{path}>; rel=\"next\"")]
    [InlineData("<{url}{path}>; rel=\"next\"")]
    [InlineData("<{path}>")]
    [InlineData("{path}; rel=\"next\"")]
    [InlineData("{path}")]
    [InlineData("<http://127.0.0.1{path}>; rel=\"next\"")]
    [InlineData("<https://127.0.0.1{path}>; rel=\"next\"")]
    [InlineData("<http://registry.internal:5000{path}>; rel=\"next\"")]
    [InlineData("<{url}/repository/hub{path}>; rel=\"next\"")]
    [InlineData("</repository/hub{path}>; rel=\"next\"")]
    [InlineData("<https://>; rel=\"next\"")]
    [InlineData("<>; rel=\"next\"")]
    [InlineData("more")]
    public async Task ListTagsAsync_LinkOfThisForm_LeadsToAllTags(string link)
    {
        await using var server = await PagesAsync(
            (context, last) => link.Replace("{url}", $"http://{context.Request.Host}", StringComparison.Ordinal)
                .Replace("{path}", $"{List}?n=2&last={last}", StringComparison.Ordinal),
            _ => 200);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(200)] // a web page
    public async Task ListTagsAsync_LinkToAnotherPathThatAnswers_IsFollowedOnce(int status)
    {
        await using var server = await PagesAsync(last => $"</repository/hub{List}?n=2&last={last}>; rel=\"next\"", _ => 200, status);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);

        // Found to lead nowhere, such links are not tried again.
        server.Requests.Count(request => request.Contains("/repository/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task ListTagsAsync_LinkToAnotherPathThatThrottles_IsNotPassedOver()
    {
        await using var server = await PagesAsync(last => $"</repository/hub{List}?n=2&last={last}>; rel=\"next\"", _ => 200, elsewhere: 429);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.RateLimited);
    }

    [Theory]
    [InlineData("""{"tags":[{x}],"errors":[{"code":"DENIED"}]}""")]
    [InlineData("""{"tags":[{x}]""")]
    [InlineData("""{"tags":[{x}],"tags":["x"]}""")]
    public async Task ListTagsAsync_LinkToAnotherPathThatAnswersNoList_GivesNoneOfItsTags(string form)
    {
        var elsewhere = form.Replace("{x}", string.Join(',', Enumerable.Range(0, 3000).Select(number => $"\"x{number}\"")), StringComparison.Ordinal);
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != List) return Answers.JsonAsync(context, elsewhere);
            var last = context.Request.Query["last"].ToString();
            if (last.Length == 0) context.Response.Headers.Link = $"</hub{List}?last=2>; rel=next";
            return last.Length == 0 ? TagsAsync(context, "1", "2") : TagsAsync(context, "3", "4", "5");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);
    }

    /// <summary>Of a large page, tags are given out before it fails: those of the page in its place are known, and lead on all the same.</summary>
    [Fact]
    public async Task ListTagsAsync_LargePageOfAnotherPathBreaksOff_IsReadFromTheListAndLeadsOn()
    {
        string[] first = ["1"];
        string[] large = [.. Enumerable.Range(0, 20_000).Select(number => $"2.{number:00000}")];
        string[] end = ["3"];
        const int Part = 5_000;
        await using var server = await FaultServer.StartAsync(context =>
        {
            var last = context.Request.Query["last"].ToString();
            if (context.Request.Path != List)
            {
                return Answers.JsonAsync(context, $$"""{"tags":[{{string.Join(',', large.Select(tag => $"\"{tag}\""))}}],"errors":[{}]}""");
            }

            var page = last switch
            {
                "" => first,
                "1" => large[..Part],
                _ => last == large[Part - 1] ? large[Part..] : end,
            };
            if (page != end) context.Response.Headers.Link = $"</hub{List}?last={page[^1]}>; rel=next";
            return TagsAsync(context, page);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe([.. first, .. large, .. end]);
    }

    [Theory]
    [InlineData("more")]
    [InlineData("<https://>; rel=next")]
    [InlineData("</elsewhere>; rel=next")]
    public async Task ListTagsAsync_NothingLeadsOn_FailsAndNamesTheCause(string link)
    {
        // Whatever is asked for, the same tags come.
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != List) return Answers.ErrorAsync(context, 404, "X", "x");
            context.Response.Headers.Link = link;
            return TagsAsync(context, "1", "2");
        });
        using var provider = TestClient.Provider();
        var tags = new List<string>();

        var error = await Should.ThrowAsync<RegistryException>(async () =>
        {
            await foreach (var tag in provider.For(server.Url).ListTagsAsync(None)) tags.Add(tag);
        });

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("neither its link to the next page nor the last tag leads on");
        tags.ShouldBe(["1", "2"]);
        server.Requests.Count.ShouldBeLessThan(5);
    }

    /// <summary>The last page, too, has a link: to itself, to the beginning, to anywhere.</summary>
    [Theory]
    [InlineData("<{path}?n=2&last={last}>; rel=next", false)]
    [InlineData("<{path}?n=2&last={last}>; rel=next", true)]
    [InlineData("<{path}?last={last}&n=2>; rel=next", false)]
    [InlineData("<{path}?last={last}&n=2>; rel=next", true)]
    [InlineData("<{path}?last={last}&n=1000>; rel=next", false)]
    [InlineData("<{path}?n=1000&last={last}>; rel=next", false)]
    [InlineData("<{path}?n=1000&last={last}>; rel=next", true)]
    [InlineData("<{path}?n=2&last={last-or-none}>; rel=next", false)]
    [InlineData("more", false)]
    [InlineData("more", true)]
    [InlineData("</elsewhere?last={last}>; rel=next", false)]
    [InlineData("</elsewhere?last={last}>; rel=next", true)]
    [InlineData("<{asked}>; rel=next", false)]
    public async Task ListTagsAsync_LinkOnEveryPage_EndsWithAllTags(string link, bool isLastIncluded)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != List) return Answers.ErrorAsync(context, 404, "X", "x");
            var asked = context.Request.Query["last"].ToString();
            var order = isLastIncluded ? 0 : 1;
            string[] page = [.. All.Where(tag => string.CompareOrdinal(tag, asked) >= order).Take(2)];
            context.Response.Headers.Link = link.Replace("{path}", List, StringComparison.Ordinal)
                .Replace("{last}", page.LastOrDefault() ?? asked, StringComparison.Ordinal)
                .Replace("{last-or-none}", page.LastOrDefault(), StringComparison.Ordinal)
                .Replace("{asked}", asked.Length == 0 ? $"{List}?n=2&last={page[^1]}" : List + context.Request.QueryString.Value, StringComparison.Ordinal);
            return TagsAsync(context, page);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);

        server.Requests.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task ListTagsAsync_NoTagsAndALinkAllTheSame_IsAnEmptyList()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.Link = $"<{List}{context.Request.QueryString.Value}>; rel=next";
            return TagsAsync(context);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBeEmpty();

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListTagsAsync_PagesRefusedAndLinksBrokenAtRandom_GivesAllTagsOrFails()
    {
        string[] links = ["<{path}>; rel=next", "<{path}>", "{path}", "more", "</elsewhere{path}>; rel=next", "<http://inner:1{path}>; rel=next", "<{path}"];
        var script = Array.Empty<(int Link, int Status)>();
        var requests = 0;
        await using var server = await PagesAsync(
            (_, last) => links[script[requests % script.Length].Link].Replace("{path}", $"{List}?n=2&last={last}", StringComparison.Ordinal),
            _ => script[++requests % script.Length].Status);

        await Gen.Select(Gen.Int[0, links.Length - 1], Gen.Int[0, 5].Select(index => new[] { 200, 200, 200, 400, 404, 500 }[index])).Array[1, 6].SampleAsync(
            async drawn =>
            {
                (script, requests) = (drawn, 0);
                using var provider = TestClient.Provider();
                try
                {
                    (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(All);
                }
                catch (RegistryException)
                {
                    requests.ShouldBeLessThan(40);
                }
            },
            iter: 200, threads: 1);
    }

    private static Task<FaultServer> PagesAsync(Func<string, string> link, Func<HttpContext, int> status, int elsewhere = 400) =>
        PagesAsync((_, last) => link(last), status, elsewhere);

    /// <summary>A registry with pages of two tags.</summary>
    private static Task<FaultServer> PagesAsync(Func<HttpContext, string, string> link, Func<HttpContext, int> status, int elsewhere = 400) =>
        FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != List) return Answers.JsonAsync(context, "<html>", elsewhere);
            if (status(context) is var answer and not 200) return Answers.ErrorAsync(context, answer, "X", "x");
            string[] page = [.. All.Where(tag => string.CompareOrdinal(tag, context.Request.Query["last"]) > 0).Take(2)];
            if (page is [.., var last] && last != All[^1]) context.Response.Headers.Link = link(context, last);
            return TagsAsync(context, page);
        });

    private static Task TagsAsync(HttpContext context, params string[] tags) =>
        Answers.JsonAsync(context, $$"""{"name":"a/b","tags":[{{string.Join(',', tags.Select(tag => $"\"{tag}\""))}}]}""");
}
