using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Tags;

public sealed class TagReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("relative")]
    [InlineData("absolute")]
    public async Task ListTagsAsync_SeveralPages_AreReadInOrderEachTagOnce(string form)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            var last = context.Request.Query["last"].ToString();
            var root = form == "absolute" ? $"http://{context.Request.Host}" : "";
            if (last.Length == 0) Link(context, $"<{root}/v2/a/b/tags/list?n=1000&last=2>; rel=\"next\"");
            return Tags(context, last.Length == 0 ? "\"10\",\"2\"" : "\"2\",\"1\"");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["10", "2", "1"]);

        server.Requests.ShouldBe(["GET /v2/a/b/tags/list?n=1000", "GET /v2/a/b/tags/list?n=1000&last=2"]);
    }

    [Fact]
    public async Task ListTagsAsync_PageSizeRefused_IsAskedWithoutItFromThenOn()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Query.ContainsKey("n") ? Answers.ErrorAsync(context, 400, "PAGINATION_NUMBER_INVALID", "too many") : Tags(context, "\"1\""));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);
        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);

        server.Requests.ShouldBe(["GET /v2/a/b/tags/list?n=1000", "GET /v2/a/b/tags/list", "GET /v2/a/b/tags/list"]);
    }

    [Fact]
    public async Task ListTagsAsync_NullTags_IsAnEmptyList()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, """{"name":"a/b","tags":null}"""));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<http://other.example/v2/a/b/tags/list?last=x>; rel=\"next\"", "another host (other.example)")]
    [InlineData("<http://127.0.0.1/v2/a/b/tags/list?last=x>; rel=\"next\"", "another host (127.0.0.1)")]
    [InlineData("</v2/a/b/tags/list?n=1000>; rel=\"next\"", "in a circle")]
    public async Task ListTagsAsync_LinkThatMustNotBeFollowed_FailsAfterTheTagsBefore(string link, string expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            Link(context, link);
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();
        var tags = new List<string>();

        var error = await Should.ThrowAsync<RegistryException>(async () =>
        {
            await foreach (var tag in provider.For(server.Url).ListTagsAsync(None)) tags.Add(tag);
        });

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain(expected);
    }

    // The server stops after 20 MB: a client that wants more than its limit of 16 would wait for ever.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListTagsAsync_HundredMegabytes_IsRefusedWithoutReadingThem(bool isAnnounced)
    {
        const int Size = 100 * 1024 * 1024;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (isAnnounced) context.Response.ContentLength = Size;
            await context.Response.WriteAsync("""{"tags":[""");
            var chunk = new byte[1024 * 1024];
            chunk.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 20; i++) await context.Response.Body.WriteAsync(chunk);
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task ListTagsAsync_UnchangedPage_IsConfirmedByItsETag()
    {
        var answers = new List<int>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"v1\"";
            var isKnown = context.Request.Headers.IfNoneMatch == "\"v1\"";
            answers.Add(isKnown ? 304 : 200);
            if (!isKnown) return Tags(context, "\"1\",\"2\"");
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        for (var i = 0; i < 3; i++) (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "2"]);

        answers.ShouldBe([200, 304, 304]);
    }

    [Theory]
    [InlineData("<html>welcome</html>", "not the JSON")]
    [InlineData("""{"tags":["1",""", "not the JSON")]
    public async Task ListTagsAsync_NoJson_IsAnInvalidResponse(string body, string expected)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task ListTagsAsync_UnknownRepository_SaysSoInTheRegistrysWords()
    {
        await using var server = await FaultServer.StartAsync(context =>
            Answers.ErrorAsync(context, 404, "NAME_UNKNOWN", "repository name not known to registry"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.NotFound);
        error.Code.ShouldBe("NAME_UNKNOWN");
        error.Message.ShouldBe(
            $"registry http://{server.Url.Authority}: repository 'a/b' not found (NAME_UNKNOWN: repository name not known to registry)");
    }

    private static Task Tags(HttpContext context, string tags) => Answers.JsonAsync(context, $$"""{"name":"a/b","tags":[{{tags}}]}""");

    private static void Link(HttpContext context, string link) => context.Response.Headers.Link = link;
}
