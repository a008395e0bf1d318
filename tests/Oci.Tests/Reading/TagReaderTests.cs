using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

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

    [Fact]
    public async Task ListTagsAsync_LinkThatMustNotBeFollowed_FailsAfterTheTagsBefore()
    {
        const string Circle = "</v2/a/b/tags/list?n=1000>; rel=\"next\"";
        await using var server = await FaultServer.StartAsync(context =>
        {
            Link(context, Circle);
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();
        var tags = new List<string>();

        var error = await Should.ThrowAsync<RegistryException>(async () =>
        {
            await foreach (var tag in provider.For(server.Url).ListTagsAsync(None)) tags.Add(tag);
        });

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("in a circle");
        server.Requests.Count.ShouldBe(1);
    }

    // The server stops after 50 MiB: a client that wants more than its limit of 48 would wait for ever.
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
            for (var i = 0; i < 50; i++) await context.Response.Body.WriteAsync(chunk);
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
    [InlineData("null", "the answer is no list of tags")]
    [InlineData("{}", "the answer is no list of tags")]
    [InlineData("""{"name":"a/b"}""", "the answer is no list of tags")]
    [InlineData("""{"errors":[{"code":"UNAUTHORIZED","message":"session expired"}]}""", "no list of tags (UNAUTHORIZED: session expired)")]
    [InlineData("""{"errors":[{"status":500,"message":"Internal Server Error"}]}""", "no list of tags (Internal Server Error)")]
    [InlineData("""{"tags":["1"],"errors":[{"code":"UNKNOWN"}]}""", "no list of tags (UNKNOWN)")]
    [InlineData("""{"tags":[],"errors":"away"}""", "no list of tags")]
    [InlineData("<html>welcome</html>", "not the JSON")]
    [InlineData("""{"tags":["1",""", "not the JSON")]
    [InlineData("""{"tags":["1","\ud800"]}""", "not the JSON")]
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

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task ListTagsAsync_SoManyTags_AreTakenUpToTheLimit(int tags, bool isTaken)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            // The tag of the page before comes again: it counts once.
            var page = context.Request.Query.TryGetValue("page", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 1;
            if (page < tags) Link(context, $"</v2/a/b/tags/list?page={page + 1}>; rel=\"next\"");
            return Tags(context, $"\"{page - 1}\",\"{page}\"");
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumTags = 4 });
        var list = provider.For(server.Url).ListTagsAsync(None).ToListAsync();

        if (isTaken)
        {
            (await list).Count.ShouldBe(tags + 1);
        }
        else
        {
            var error = await list.ShouldFailAsync();
            error.Kind.ShouldBe(RegistryErrorKind.TooLarge);
            error.Message.ShouldContain("there are more than 4 tags");
        }

        server.Requests.Count.ShouldBe(tags);
    }

    [Fact]
    public async Task ListTagsAsync_EndlessPages_EndAtTheLimit()
    {
        var page = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            var number = Interlocked.Increment(ref page);
            Link(context, $"</v2/a/b/tags/list?last={number}>; rel=\"next\"");
            return Tags(context, $"\"{number}\"");
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumTags = 50 });

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);

        page.ShouldBe(51);
    }

    [Fact]
    public async Task ListTagsAsync_EmptyAndNullNames_AreLeftOut()
    {
        await using var server = await FaultServer.StartAsync(context => Tags(context, "\"\",null,\"1\",\"1\",\"A\",\"a\""));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "A", "a"]);
    }

    [Theory]
    [InlineData("\"no tag\"", 1)]
    [InlineData("\"-leading\",\".x\"", 2)]
    [InlineData("\"caf\u00e9\",\"a/b\",\"a:b\"", 3)]
    [InlineData("\"\\u0031x\"", 0)] // an escape of a tag
    [InlineData("\"\\u001b[31m\"", 1)]
    public async Task ListTagsAsync_EntriesThatAreNoTags_AreCountedAndLeftOut(string entries, int invalid)
    {
        await using var server = await FaultServer.StartAsync(context => Tags(context, $"\"1\",{entries},\"2\""));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        (await client.ListTagsAsync(None).ToListAsync()).Count.ShouldBe(invalid == 0 ? 3 : 2);

        ((IReferrersClient)client).InvalidTags.ShouldBe(invalid);
    }

    [Theory]
    [InlineData(128, 0)]
    [InlineData(129, 1)]
    [InlineData(1_000_000, 1)]
    public async Task ListTagsAsync_LongEntry_IsATagUpToTheSpecificationsLength(int length, int invalid)
    {
        await using var server = await FaultServer.StartAsync(context => Tags(context, $"\"{new string('a', length)}\""));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        (await client.ListTagsAsync(None).ToListAsync()).Count.ShouldBe(1 - invalid);

        ((IReferrersClient)client).InvalidTags.ShouldBe(invalid);
    }

    /// <summary>A value that is larger than the buffer is no reason to hold it, or to fail.</summary>
    [Theory]
    [InlineData("{\"tags\":[\"1\",", " ", "\"2\"]}")]
    [InlineData("{\"tags\":[\"1\",\"", "x", "\",\"2\"]}")]
    [InlineData("{\"tags\":[\"1\",\"", "\\ud83d\\ude00", "\",\"2\"]}")]
    [InlineData("{\"", "\\u00e9", "\"  :1,\"tags\":[\"1\",\"2\"]}")]
    [InlineData("{\"more\":[\"", "\u20ac", "\",\n\n 7],\"tags\":[\"1\",\"2\"]}")]
    public async Task ListTagsAsync_ValueOfMegabytes_IsPassedOver(string before, string part, string after)
    {
        var body = before + string.Concat(Enumerable.Repeat(part, (3 << 20) / part.Length)) + after;
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task ListTagsAsync_TagsTakeMoreMemoryThanAllowed_IsTooLarge()
    {
        await using var server = await FaultServer.StartAsync(context =>
            Tags(context, string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"{i:d128}\""))));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumTagBytes = 1 << 20 });

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TooLarge);
        error.Message.ShouldContain("more than 1 MiB");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"1\"")] // the same on every page
    [InlineData("\"no tag\"")]
    public async Task ListTagsAsync_PagesThatBringNothingNew_AreNotFollowedWithoutEnd(string tags)
    {
        var page = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            Link(context, $"</v2/a/b/tags/list?last={Interlocked.Increment(ref page)}>; rel=\"next\"");
            return Tags(context, tags);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);

        page.ShouldBeLessThan(25);
    }

    [Theory]
    [InlineData("""{"tags":[]}""")]
    [InlineData("""{"tags":null,"errors":null}""")]
    [InlineData("""{"tags":[],"errors":[]}""")]
    [InlineData("""{"tags":[null,""]}""")]
    public async Task ListTagsAsync_AnswerWithoutTags_IsAnEmptyList(string body)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task ListTagsAsync_PageOfThisSize_IsReadUpToTheLimit(int size, bool isRead)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, """{"tags":["1"]}""".PadRight(size)));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumTagPageBytes = 1000 });
        var list = provider.For(server.Url).ListTagsAsync(None).ToListAsync();

        if (isRead) (await list).ShouldBe(["1"]);
        else (await list.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    /// <summary>Google's Artifact Registry describes every image of the repository in each page.</summary>
    [Fact]
    public async Task ListTagsAsync_PageOf40MebibytesWithADescriptionOfEveryImage_IsRead()
    {
        var image = $$"""
            "sha256:{{new string('0', 64)}}":{"imageSizeBytes":"28311552","layerId":"","mediaType":"x","tag":["1.2.3"],"timeCreatedMs":"1700000000000"},
            """;
        var part = string.Concat(Enumerable.Repeat(image, 100));
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"child":[],"manifest":{""");
            for (var length = 0; length < 40 << 20; length += part.Length) await context.Response.WriteAsync(part);
            await context.Response.WriteAsync("""
                "sha256:1":{}},"name":"a/b","tags":["1","2"]}
                """);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task ListTagsAsync_LargePageBreaksOff_IsReadAnewAndGivesEachTagOnce()
    {
        var tags = Enumerable.Range(0, 20_000).Select(i => $"1.{i}.0").ToList();
        var body = JsonSerializer.Serialize(new { name = "a/b", tags });
        var requests = 0;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            if (Interlocked.Increment(ref requests) > 1)
            {
                await context.Response.WriteAsync(body);
                return;
            }

            await context.Response.WriteAsync(body[..(body.Length / 2)]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var provider = TestClient.Provider();
        var retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 1, TimeSpan.FromMilliseconds(1));

        (await provider.For(server.Url, retry: retry).ListTagsAsync(None).ToListAsync()).ShouldBe(tags);

        requests.ShouldBe(2);
    }

    [Fact]
    public async Task ListTagsAsync_CallerAsksForMoreAmongTheTagsOfALargePage_KeepsNoConnectionFromIt()
    {
        var tags = Enumerable.Range(0, 20_000).Select(i => $"1.{i}.0").ToList();
        await using var server = await FaultServer.StartAsync(context => context.Request.Path.ToString().EndsWith("/tags/list", StringComparison.Ordinal)
            ? Answers.JsonAsync(context, JsonSerializer.Serialize(new { tags }))
            : Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "no"));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });
        var client = provider.For(server.Url);

        (await ListAsync().SoonAsync()).ShouldBe(tags.Count);

        async Task<int> ListAsync()
        {
            var listed = 0;
            await foreach (var tag in client.ListTagsAsync(None))
            {
                if (listed++ == 0) await client.GetManifestAsync(tag, None).ShouldFailAsync();
            }

            return listed;
        }
    }

    [Fact]
    public async Task ListTagsAsync_CallerLeavesALargePage_GivesItsPlaceBack()
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"tags\":[" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"\"1.{i}.0\",")));
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });

        for (var i = 0; i < 3; i++) (await FirstAsync().SoonAsync()).ShouldBe("1.0.0");

        async Task<string?> FirstAsync()
        {
            await foreach (var tag in provider.For(server.Url).ListTagsAsync(None)) return tag;
            return null;
        }
    }

    /// <summary>Many that are read at the same time would each take a part of the memory, and none would get enough.</summary>
    [Fact]
    public async Task ListTagsAsync_ManyTagsInAPage_AreGivenWhenThereIsRoom()
    {
        var many = "{\"tags\":[" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"\"1.{i}.0\","));
        await using var slow = await FaultServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync(many);
            await Answers.HangAsync(context);
        });
        await using var large = await FaultServer.StartAsync(context => Answers.JsonAsync(context, many + "\"2\"]}"));
        await using var usual = await FaultServer.StartAsync(context => Tags(context, string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"1.{i}.0\""))));
        using var provider = TestClient.Provider(
            options: OciClientOptions.Default with { MaximumPageBytesInFlight = OciClientOptions.Default.MaximumReferrersBytes });
        var first = provider.For(slow.Url).ListTagsAsync(None).GetAsyncEnumerator(None);
        (await first.MoveNextAsync().AsTask().SoonAsync()).ShouldBeTrue();

        var second = provider.For(large.Url).ListTagsAsync(None).ToListAsync();
        (await provider.For(usual.Url).ListTagsAsync(None).ToListAsync()).Count.ShouldBe(1000);
        second.IsCompleted.ShouldBeFalse();

        await first.DisposeAsync();
        (await second.SoonAsync()).Count.ShouldBe(20_001);
    }

    [Fact]
    public async Task ListTagsAsync_LargePagesOfSlowRegistries_HoldUpNoSmallOne()
    {
        await using var slow = await FaultServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"tags":[""" + new string(' ', 3 << 20));
            await Answers.HangAsync(context);
        });
        await using var small = await FaultServer.StartAsync(context => Tags(context, "\"1\""));
        using var provider = TestClient.Provider(
            options: OciClientOptions.Default with { MaximumPageBytesInFlight = OciClientOptions.Default.MaximumReferrersBytes });
        using var stop = new CancellationTokenSource();
        var first = provider.For(slow.Url).ListTagsAsync(stop.Token).ToListAsync(stop.Token).AsTask();
        var second = provider.For(slow.Url).ListTagsAsync(stop.Token).ToListAsync(stop.Token).AsTask();

        (await provider.For(small.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);
        // Nor a large one: none of them is held.
        await using var large = await FaultServer.StartAsync(context => Answers.JsonAsync(context, """{"tags":["1"]}""".PadRight(3 << 20)));
        (await provider.For(large.Url).ListTagsAsync(None).ToListAsync().SoonAsync()).ShouldBe(["1"]);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await Should.ThrowAsync<OperationCanceledException>(second);
    }

    [Fact]
    public async Task ListTagsAsync_PageSize_IsTheOneThatIsSet()
    {
        await using var server = await FaultServer.StartAsync(context => Tags(context, "\"1\""));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { TagPageSize = 77 });

        await provider.For(server.Url).ListTagsAsync(None).ToListAsync();

        server.Requests.ShouldBe(["GET /v2/a/b/tags/list?n=77"]);
    }

    [Fact]
    public async Task ListTagsAsync_RefusedWithoutAPageSizeToo_IsAnInvalidRequest()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 400, "NAME_INVALID", "no"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidRequest);

        server.Requests.ShouldBe(["GET /v2/a/b/tags/list?n=1000", "GET /v2/a/b/tags/list"]);
    }

    [Fact]
    public async Task ListTagsAsync_LaterPageRefused_FailsAndDoesNotBeginAnew()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Query.ContainsKey("last")) return Answers.ErrorAsync(context, 400, "NAME_INVALID", "no");
            Link(context, "</v2/a/b/tags/list?n=1000&last=1>; rel=\"next\"");
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidRequest);

        server.Requests.Skip(1).ShouldBe(["GET /v2/a/b/tags/list?n=1000&last=1", "GET /v2/a/b/tags/list?last=1"]);
    }

    [Fact]
    public async Task ListTagsAsync_LaterPageFails_IsRetriedAloneAndNoPartIsTakenForTheWhole()
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Query.ContainsKey("last"))
                return Interlocked.Increment(ref requests) < 3 ? Answers.ErrorAsync(context, 503, "X", "x") : Tags(context, "\"2\"");
            Link(context, "</v2/a/b/tags/list?n=1000&last=1>; rel=\"next\"");
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();
        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.ServerError);

        var retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 2, TimeSpan.FromMilliseconds(1));
        (await provider.For(server.Url, retry: retry).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "2"]);

        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task ListTagsAsync_ChangedPage_IsReadAndKeptAnew()
    {
        var version = 1;
        var known = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            known.Add(context.Request.Headers.IfNoneMatch.ToString());
            context.Response.Headers.ETag = $"\"v{version}\"";
            return Tags(context, $"\"{version}\"");
        });
        using var provider = TestClient.Provider();

        for (; version <= 3; version++) (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe([$"{version}"]);

        known.ShouldBe(["", "\"v1\"", "\"v2\""]);
    }

    [Fact]
    public async Task ListTagsAsync_UnchangedFirstPage_StillLeadsToTheNext()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Query.ContainsKey("last")) return Tags(context, "\"2\"");
            if (context.Request.Headers.IfNoneMatch.Count > 0)
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            context.Response.Headers.ETag = "\"v1\"";
            Link(context, "</v2/a/b/tags/list?n=1000&last=1>; rel=\"next\"");
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();

        for (var i = 0; i < 2; i++) (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1", "2"]);

        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task ListTagsAsync_UnchangedPageBehindARedirect_IsConfirmedByItsETag()
    {
        var answers = new List<int>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != "/moved")
            {
                context.Response.Redirect("/moved");
                return Task.CompletedTask;
            }

            context.Response.Headers.ETag = "\"v1\"";
            var isKnown = context.Request.Headers.IfNoneMatch == "\"v1\"";
            answers.Add(isKnown ? 304 : 200);
            if (!isKnown) return Tags(context, "\"1\"");
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        for (var i = 0; i < 2; i++) (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);

        answers.ShouldBe([200, 304]);
    }

    [Fact]
    public async Task ListTagsAsync_NotModifiedWithoutHavingBeenAsked_IsAnInvalidResponse()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListTagsAsync_AnotherRepositoryOrRegistry_IsAnotherPage()
    {
        await using var server = await FaultServer.StartAsync(Answer);
        await using var other = await FaultServer.StartAsync(Answer);
        using var provider = TestClient.Provider();
        await provider.For(server.Url).ListTagsAsync(None).ToListAsync();

        await provider.For(server.Url, repository: "other").ListTagsAsync(None).ToListAsync();
        await provider.For(other.Url).ListTagsAsync(None).ToListAsync();

        static Task Answer(HttpContext context)
        {
            context.Request.Headers.IfNoneMatch.Count.ShouldBe(0);
            context.Response.Headers.ETag = "\"v1\"";
            return Tags(context, "\"1\"");
        }
    }

    [Fact]
    public async Task ListTagsAsync_CallerTakesOnlyTheFirst_ReadsNoFurtherPage()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            Link(context, $"</v2/a/b/tags/list?last={Guid.NewGuid()}>; rel=\"next\"");
            return Tags(context, "\"1\"");
        });
        using var provider = TestClient.Provider();

        await foreach (var _ in provider.For(server.Url).ListTagsAsync(None)) break;

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListTagsAsync_Cancelled_EndsAsCancelled()
    {
        await using var server = await FaultServer.StartAsync(context => Tags(context, "\"1\""));
        using var provider = TestClient.Provider();

        await provider.For(server.Url).ListTagsAsync(new CancellationToken(canceled: true)).ToListAsync().ShouldThrowAsync<OperationCanceledException>();
    }

    private static Task Tags(HttpContext context, string tags) => Answers.JsonAsync(context, $$"""{"name":"a/b","tags":[{{tags}}]}""");

    private static void Link(HttpContext context, string link) => context.Response.Headers.Link = link;
}
