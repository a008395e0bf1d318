using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class ReferrersReaderTests
{
    private const string Sbom = "application/x-sbom";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Digest Subject = Digest.Compute("subject"u8);
    private static readonly string ApiPath = $"/v2/a/b/referrers/{Subject}";
    private static readonly string FallbackPath = $"/v2/a/b/manifests/sha256-{Subject.Encoded}";

    [Fact]
    public async Task ListReferrersAsync_Api_ReadsAllPages()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            var isFirst = !context.Request.Query.ContainsKey("page");
            if (isFirst) context.Response.Headers.Link = $"<{ApiPath}?page=2>; rel=\"next\"";
            return IndexAsync(context, isFirst ? Sbom : "application/x-other");
        });
        using var provider = TestClient.Provider();

        var types = (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).Select(referrer => referrer.ArtifactType);

        types.ShouldBe([Sbom, "application/x-other"]);
    }

    [Theory]
    [InlineData(3, 1_000_000, "more than 3 pages")]
    [InlineData(100, 1_000, "more than 1000 bytes")]
    public async Task ListReferrersAsync_ListThatDoesNotEnd_IsCutAndGivesWhatItHas(int pages, int bytes, string expected)
    {
        var page = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.Link = $"<{ApiPath}?page={++page}>; rel=\"next\"";
            return IndexAsync(context, Sbom);
        });
        using var provider = TestClient.Provider(options: new OciClientOptions { MaximumReferrerPages = pages, MaximumReferrersBytes = bytes });
        var found = new List<Descriptor>();

        var failure = await Should.ThrowAsync<RegistryException>(async () =>
        {
            await foreach (var referrer in provider.For(server.Url).ListReferrersAsync(Subject, null, None)) found.Add(referrer);
        });

        failure.Kind.ShouldBe(RegistryErrorKind.TooLarge);
        failure.Message.ShouldContain(expected);
        found.Count.ShouldBe(page);
        page.ShouldBeInRange(2, 20);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task ListReferrersAsync_ArtifactType_IsFilteredHereUnlessTheRegistryDid(bool isFiltered, int expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (isFiltered) context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
            return IndexAsync(context, Sbom, "application/x-other", "");
        });
        using var provider = TestClient.Provider();

        var referrers = await provider.For(server.Url).ListReferrersAsync(Subject, Sbom, None).ToListAsync();

        referrers.Count.ShouldBe(expected);
        server.Requests.ShouldBe([$"GET {ApiPath}?artifactType=application%2Fx-sbom"]);
    }

    [Fact]
    public async Task ListReferrersAsync_NoApi_UsesTheFallbackTagAndRemembersForAnHour()
    {
        var clock = new FakeTimeProvider();
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath
                ? IndexAsync(context, Sbom, "application/x-other")
                : Answers.JsonAsync(context, "404 page not found", 404, "text/plain"));
        using var provider = TestClient.Provider(clock);
        var client = provider.For(server.Url, retry: TestClient.PatientRetries);

        (await client.ListReferrersAsync(Subject, Sbom, None).ToListAsync()).Count.ShouldBe(1);
        (await client.ListReferrersAsync(Subject, null, None).ToListAsync()).Count.ShouldBe(2);
        server.Requests.Count.ShouldBe(3);

        clock.Advance(TimeSpan.FromMinutes(61));
        await client.ListReferrersAsync(Subject, null, None).ToListAsync();
        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task ListReferrersAsync_LinkOnTheEmptyLastPageToo_Ends()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.Link = $"<{ApiPath}?last=1>; rel=\"next\"";
            return context.Request.Query.ContainsKey("last") ? IndexAsync(context) : IndexAsync(context, Sbom);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).Count.ShouldBe(1);

        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task ListReferrersAsync_ByEitherWay_TellsWhich()
    {
        await using var withApi = await FaultServer.StartAsync(context => IndexAsync(context, Sbom));
        await using var without = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? IndexAsync(context, Sbom) : Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider();

        (await ListAsync(provider.For(withApi.Url), _ => true)).ShouldHaveSingleItem().FallbackTag.ShouldBeNull();
        (await ListAsync(provider.For(without.Url), _ => true)).ShouldHaveSingleItem().FallbackTag.ShouldBe($"sha256-{Subject.Encoded}");
    }

    [Fact]
    public async Task ListReferrersAsync_TagKnownNotToBeThere_IsNotAskedFor()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider();
        var asked = new List<string>();

        (await ListAsync(provider.For(server.Url), tag =>
        {
            asked.Add(tag);
            return false;
        })).ShouldBeEmpty();

        server.Requests.ShouldBe([$"GET {ApiPath}"]);
        asked.ShouldBe([$"sha256-{Subject.Encoded}"]);
    }

    [Fact]
    public async Task ListReferrersAsync_WebPageInsteadOfTheApi_UsesTheFallbackTag()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? IndexAsync(context, Sbom) : Answers.JsonAsync(context, "<html></html>", 200, "text/html"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListReferrersAsync_NeitherApiNorFallback_IsEmpty()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "manifest unknown"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListReferrersAsync_UnknownRepository_DoesNotCountAsALackOfTheApi()
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path.StartsWithSegments("/v2/none", StringComparison.Ordinal)
            ? Answers.ErrorAsync(context, 404, "NAME_UNKNOWN", "unknown")
            : IndexAsync(context, Sbom));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, repository: "none/such").ListReferrersAsync(Subject, null, None).ToListAsync()).ShouldBeEmpty();
        await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync();

        server.Requests.Last().ShouldBe($"GET {ApiPath}");
    }

    [Fact]
    public async Task ListReferrersAsync_FallbackTagOnAnImage_IsAnInvalidResponse()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? Answers.ManifestAsync(context) : Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData(200, "text/html", "", true, true)]
    [InlineData(200, "application/json", "{}", true, true)]
    [InlineData(400, "text/plain", "", true, true)]
    [InlineData(404, "text/plain", "404 page not found", true, true)]
    [InlineData(404, "application/json", """{"errors":[{"code":"UNSUPPORTED"}]}""", true, true)]
    [InlineData(405, "text/plain", "", true, true)]
    [InlineData(406, "text/plain", "", true, true)]
    [InlineData(501, "text/plain", "", true, true)]
    // The repository or the subject is unknown: the API may be there.
    [InlineData(404, "application/json", """{"errors":[{"code":"NAME_UNKNOWN"}]}""", true, false)]
    [InlineData(404, "application/json", """{"errors":[{"code":"MANIFEST_UNKNOWN"}]}""", true, false)]
    // Nothing is said about the API.
    [InlineData(403, "text/plain", "", false, false)]
    [InlineData(410, "text/plain", "", false, false)]
    [InlineData(500, "text/plain", "", false, false)]
    [InlineData(503, "text/plain", "", false, false)]
    [InlineData(404, MediaTypes.OciIndex, "", true, true)]
    public async Task ListReferrersAsync_ApiAnswersSo_FallsBackAndRemembersTheLack(int status, string type, string body, bool isFallback, bool isRemembered)
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? IndexAsync(context, Sbom) : Answers.JsonAsync(context, body, status, type));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        for (var i = 0; i < 2; i++)
        {
            var list = client.ListReferrersAsync(Subject, null, None).ToListAsync();
            if (isFallback) (await list).Count.ShouldBe(1);
            else (await list.ShouldFailAsync()).StatusCode.ShouldBe((System.Net.HttpStatusCode)status);
        }

        server.Requests.Count(request => request == $"GET {ApiPath}").ShouldBe(isRemembered ? 1 : 2);
        server.Requests.Count(request => request == $"GET {FallbackPath}").ShouldBe(isFallback ? 2 : 0);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3599, false)]
    [InlineData(3600, true)]
    public async Task ListReferrersAsync_LackOfTheApi_IsBelievedForTheProbeInterval(int seconds, bool isAskedAgain)
    {
        var clock = new FakeTimeProvider();
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider(clock);
        var client = provider.For(server.Url, retry: TestClient.PatientRetries);
        await client.ListReferrersAsync(Subject, null, None).ToListAsync();

        clock.Advance(TimeSpan.FromSeconds(seconds));
        // What one client learnt holds for every repository of the registry.
        await provider.For(server.Url, retry: TestClient.PatientRetries, repository: "other").ListReferrersAsync(Subject, null, None).ToListAsync();

        server.Requests.Count.ShouldBe(isAskedAgain ? 4 : 3);
    }

    [Fact]
    public void IsKnownAbsent_ClockIsSetBack_EndsInTimeNonetheless()
    {
        var clock = new SkewedClock();
        var support = new ReferrersSupport(TimeSpan.FromHours(1), clock);
        support.IsKnownAbsent.ShouldBeFalse();
        support.MarkAbsent();
        clock.Skew = TimeSpan.FromDays(-365);
        support.IsKnownAbsent.ShouldBeTrue();

        clock.Advance(TimeSpan.FromHours(1));

        support.IsKnownAbsent.ShouldBeFalse();
    }

    [Fact]
    public async Task ListReferrersAsync_EmptyIndex_AsksForNoFallbackTag()
    {
        await using var server = await FaultServer.StartAsync(context => IndexAsync(context));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).ShouldBeEmpty();

        server.Requests.ShouldBe([$"GET {ApiPath}"]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task ListReferrersAsync_LaterPageFails_IsAFailureAndNoLackOfTheApi(int status)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Query.ContainsKey("page")) return Answers.JsonAsync(context, "", status, "text/plain");
            context.Response.Headers.Link = $"<{ApiPath}?page=2>; rel=\"next\"";
            return IndexAsync(context, Sbom);
        });
        using var provider = TestClient.Provider();

        for (var i = 0; i < 2; i++) await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync().ShouldFailAsync();

        server.Requests.Count.ShouldBe(4);
        server.Requests.ShouldNotContain($"GET {FallbackPath}");
    }

    [Theory]
    [InlineData("<{0}>; rel=\"next\"", "in a circle")]
    [InlineData("<https://inner.example{0}>; rel=\"next\"", "in a circle")]
    [InlineData("more", "not a valid URL")]
    public async Task ListReferrersAsync_LinkThatMustNotBeFollowed_IsAnInvalidResponse(string link, string expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.Link = link.Replace("{0}", ApiPath, StringComparison.Ordinal);
            return IndexAsync(context, Sbom);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync().ShouldFailAsync()).Message.ShouldContain(expected);

        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("artifactType", 3)]
    [InlineData("annotation, artifactType", 3)]
    [InlineData("annotation", 1)]
    public async Task ListReferrersAsync_FiltersSaidToBeApplied_AreBelievedByTheirName(string applied, int expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["OCI-Filters-Applied"] = applied;
            return IndexAsync(context, Sbom, "application/x-other", "");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, Sbom, None).ToListAsync()).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task ListReferrersAsync_Request_AcceptsAnIndex()
    {
        string? accept = null;
        await using var server = await FaultServer.StartAsync(context =>
        {
            accept = context.Request.Headers.Accept;
            return IndexAsync(context);
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync();

        accept.ShouldBe(MediaTypes.OciIndex);
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public async Task ListReferrersAsync_PageOfThisSize_IsReadUpToTheLimit(int size, bool isRead)
    {
        await using var server = await FaultServer.StartAsync(context =>
            Answers.JsonAsync(context, """{"schemaVersion":2,"manifests":[]}""".PadRight(size), contentType: MediaTypes.OciIndex));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumReferrersBytes = 2000 });
        var list = provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync();

        if (isRead) (await list).ShouldBeEmpty();
        else (await list.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2}""", null)]
    [InlineData("""{"schemaVersion":2,"manifests":null}""", null)]
    [InlineData("""{"schemaVersion":2,"manifests":7}""", RegistryErrorKind.InvalidResponse)]
    [InlineData("""{"manifests":[{"digest":"\ud800"}]}""", RegistryErrorKind.InvalidResponse)]
    public async Task ListReferrersAsync_FallbackIndexOfThisForm_IsReadOrInvalid(string index, RegistryErrorKind? expected)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path == FallbackPath
            ? Answers.JsonAsync(context, index, contentType: MediaTypes.OciIndex)
            : Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider();
        var list = provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync();

        if (expected is null) (await list).ShouldBeEmpty();
        else (await list.ShouldFailAsync()).Kind.ShouldBe(expected.Value);
    }

    [Theory]
    [InlineData("x:aaaa", "x-aaaa")]
    [InlineData("a234567890b234567890c234567890d2:x", "a234567890b234567890c234567890d2-x")]
    [InlineData("a234567890b234567890c234567890d23:x", "a234567890b234567890c234567890d2-x")]
    public void FallbackTag_AlgorithmOfThisLength_IsCutToTheSpecificationsLimit(string digest, string expected) =>
        ReferrersReader.FallbackTag(Digest.Parse(digest)).ShouldBe(expected);

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    public void FallbackTag_EncodedPartOfThisLength_IsCutToTheSpecificationsLimit(int length) =>
        ReferrersReader.FallbackTag(Digest.Parse("x:" + new string('a', length))).ShouldBe("x-" + new string('a', 64));

    [Fact]
    public void FallbackTag_LongDigestOrStrangeAlgorithm_IsCutAndCleaned()
    {
        ReferrersReader.FallbackTag(Digest.Parse("sha512:" + new string('a', 128))).ShouldBe("sha512-" + new string('a', 64));
        ReferrersReader.FallbackTag(Digest.Parse("sha256+b64u:A=_")).ShouldBe("sha256-b64u-A-_");
    }

    private static Task<List<Referrer>> ListAsync(IRegistryClient client, Func<string, bool> mayHaveTag) =>
        ((IReferrersClient)client).ListReferrersAsync(Subject, mayHaveTag, None).ToListAsync();

    private static Task IndexAsync(HttpContext context, params string[] types)
    {
        var manifests = types.Select((type, i) =>
            $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{DigestOf($"{type}{i}")}}","size":1,"artifactType":"{{type}}"}""");
        var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', manifests)}}]}""";
        return Answers.JsonAsync(context, index, contentType: MediaTypes.OciIndex);

        static Digest DigestOf(string text) => Digest.Compute(Encoding.UTF8.GetBytes(text));
    }
}
