using System.Text;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class ManifestReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Digest OtherDigest = Digest.Compute("other"u8);

    [Fact]
    public async Task ResolveAsync_GoodRegistry_CostsOneHead()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        var descriptor = await provider.For(server.Url).ResolveAsync("latest", None);

        descriptor.ShouldBe(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Answers.ManifestDigest, Size = Answers.Manifest.Length });
        server.Requests.ShouldBe(["HEAD /v2/a/b/manifests/latest"]);
    }

    [Theory]
    [InlineData("no digest")]
    [InlineData("no HEAD")]
    [InlineData("no type")]
    public async Task ResolveAsync_HeadDoesNotTell_ReadsTheManifest(string lack)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (lack == "no HEAD" && HttpMethods.IsHead(context.Request.Method)) return Answers.JsonAsync(context, "{}", 405);
            if (lack == "no type") context.Response.Headers["Docker-Content-Digest"] = Answers.ManifestDigest.ToString();
            return Answers.BytesAsync(context, Answers.Manifest, lack == "no type" ? "application/json" : MediaTypes.OciManifest);
        });
        using var provider = TestClient.Provider();

        var descriptor = await provider.For(server.Url).ResolveAsync("latest", None);

        descriptor.Digest.ShouldBe(Answers.ManifestDigest);
        descriptor.MediaType.ShouldBe(MediaTypes.OciManifest);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task GetManifestAsync_Request_AcceptsEveryKnownType()
    {
        string? accept = null;
        await using var server = await FaultServer.StartAsync(context =>
        {
            accept = context.Request.Headers.Accept;
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url).GetManifestAsync("latest", None);

        string[] types =
        [
            MediaTypes.OciIndex,
            MediaTypes.OciManifest,
            MediaTypes.DockerManifestList,
            MediaTypes.DockerManifest,
            MediaTypes.DockerManifestSchema1,
            MediaTypes.DockerManifestSchema1Signed,
        ];
        foreach (var type in types) accept.ShouldNotBeNull().ShouldContain(type);
        // Anything else is welcome too, but last: it is what an artifact of an unknown type is.
        accept.ShouldNotBeNull().ShouldEndWith(", */*;q=0.1");
    }

    [Theory]
    [InlineData("asked by digest")]
    [InlineData("header")]
    public async Task GetManifestAsync_ContentOfAnotherDigest_IsAMismatchAndNotRetried(string lie)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (lie == "header") context.Response.Headers["Docker-Content-Digest"] = OtherDigest.ToString();
            return Answers.BytesAsync(context, Answers.Manifest, MediaTypes.OciManifest);
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, retry: new RegistryRetryOptions(TimeSpan.FromSeconds(30), 3, TimeSpan.FromMilliseconds(1)))
            .GetManifestAsync(lie == "header" ? "latest" : OtherDigest.ToString(), None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ResolveAsync_HeadNamesAnotherDigestThanAskedFor_IsAMismatch()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ResolveAsync(OtherDigest.ToString(), None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Theory]
    [InlineData(MediaTypes.DockerManifestSchema1Signed, MediaTypes.DockerManifestSchema1Signed)]
    [InlineData("application/json", MediaTypes.DockerManifestSchema1Signed)]
    public async Task GetManifestAsync_Schema1ByTag_IsRecognisedUnderTheDigestOfItsBytes(string contentType, string expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = OtherDigest.ToString();
            return Answers.JsonAsync(context, """{"schemaVersion":1,"name":"a/b","fsLayers":[],"signatures":[]}""", contentType: contentType);
        });
        using var provider = TestClient.Provider();

        var manifest = await provider.For(server.Url).GetManifestAsync("latest", None);

        manifest.MediaType.ShouldBe(expected);
        manifest.Digest.ShouldBe(Digest.Compute(manifest.Content.Span));
    }

    [Fact]
    public async Task GetManifestAsync_LargerThanTheLimit_IsTooLarge()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, new byte[(4 * 1024 * 1024) + 1], MediaTypes.OciManifest));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TooLarge);
        error.Message.ShouldContain("4194305 bytes, more than the limit of 4194304");
    }

    [Theory]
    [InlineData("<html>", "not a JSON document")]
    [InlineData("[]", "not a JSON document")]
    [InlineData("""{"manifests":[],"layers":[]}""", "ambiguous")]
    public async Task GetManifestAsync_NoManifest_IsAnInvalidResponse(string body, string expected)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Encoding.UTF8.GetBytes(body), "text/html"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task GetManifestAsync_DigestThatCannotBeVerified_IsUnsupported()
    {
        using var provider = TestClient.Provider();

        var error = await provider.For(new Uri("http://127.0.0.1:1")).GetManifestAsync("blake3:abcdef", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unsupported);
    }

    [Theory]
    [InlineData(405, 2)]
    [InlineData(501, 2)]
    [InlineData(505, 2)]
    [InlineData(400, 2)]
    [InlineData(401, 2)]
    [InlineData(403, 2)]
    [InlineData(404, 2)]
    [InlineData(406, 2)]
    [InlineData(418, 2)]
    // What may pass is no word about HEAD.
    [InlineData(429, 1)]
    [InlineData(500, 1)]
    [InlineData(502, 1)]
    [InlineData(503, 1)]
    [InlineData(504, 1)]
    public async Task ResolveAsync_HeadFailsWithStatus_ReadsTheManifestUnlessItMayPass(int status, int expectedRequests)
    {
        await using var server = await FaultServer.StartAsync(context =>
            HttpMethods.IsHead(context.Request.Method) ? Answers.JsonAsync(context, "{}", status) : Answers.ManifestAsync(context));
        using var provider = TestClient.Provider();
        var resolve = provider.For(server.Url).ResolveAsync("latest", None);

        if (expectedRequests == 2) (await resolve).Digest.ShouldBe(Answers.ManifestDigest);
        else ((int?)(await resolve.ShouldFailAsync()).StatusCode).ShouldBe(status);

        server.Requests.Count.ShouldBe(expectedRequests);
    }

    [Theory]
    [InlineData(null, null, 2)]
    [InlineData(MediaTypes.OciManifest, null, 2)]
    [InlineData(MediaTypes.OciManifest, "nonsense", 2)]
    [InlineData(MediaTypes.OciManifest, "blake3:abcdef", 2)]
    [InlineData("application/json", "good", 2)]
    [InlineData("text/plain; charset=utf-8", "good", 2)]
    [InlineData("application/octet-stream", "good", 2)]
    [InlineData("text/html", "good", 2)]
    [InlineData(MediaTypes.OciManifest + " ; charset=utf-8", "good", 1)]
    [InlineData("application/vnd.example+json", "good", 1)]
    public async Task ResolveAsync_HeadersOfHead_AreEnoughWhereTheySayTypeAndDigest(string? contentType, string? digest, int expectedRequests)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (!HttpMethods.IsHead(context.Request.Method)) return Answers.BytesAsync(context, Answers.Manifest, MediaTypes.OciManifest);
            if (digest is not null) context.Response.Headers["Docker-Content-Digest"] = digest == "good" ? $" {Answers.ManifestDigest} " : digest;
            return Answers.BytesAsync(context, Answers.Manifest, contentType);
        });
        using var provider = TestClient.Provider();

        var descriptor = await provider.For(server.Url).ResolveAsync("latest", None);

        descriptor.Digest.ShouldBe(Answers.ManifestDigest);
        var isNamed = contentType?.StartsWith("application/vnd", StringComparison.Ordinal) == true;
        descriptor.MediaType.ShouldBe(isNamed ? contentType!.Split(' ')[0] : MediaTypes.OciManifest);
        server.Requests.Count.ShouldBe(expectedRequests);
    }

    [Fact]
    public async Task ResolveAsync_ByDigestWithoutADigestHeader_CostsOneHead()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Answers.Manifest, MediaTypes.OciManifest));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ResolveAsync(Answers.ManifestDigest.ToString(), None)).Digest.ShouldBe(Answers.ManifestDigest);

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ResolveAndGet_ByADigestOfAnotherAlgorithmThanTheHeaders_IsNoMismatch()
    {
        var asked = Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Answers.Manifest)));
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ResolveAsync(asked.ToString(), None)).Digest.ShouldBe(asked);
        (await provider.For(server.Url).GetManifestAsync(asked.ToString(), None)).Digest.ShouldBe(asked);
    }

    [Fact]
    public async Task GetManifestAsync_ByDigestAndAnotherDigestInTheHeader_IsAMismatch()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = OtherDigest.ToString();
            return Answers.BytesAsync(context, Answers.Manifest, MediaTypes.OciManifest);
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync(Answers.ManifestDigest.ToString(), None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        error.Message.ShouldContain($"the registry announces {OtherDigest}");
        error.Advice.ShouldNotBeNull().ShouldContain("proxies");
    }

    [Theory]
    [InlineData(MediaTypes.DockerManifestSchema1)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed)]
    public async Task GetManifestAsync_Schema1ByDigest_IsUnsupported(string type)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = Answers.ManifestDigest.ToString();
            return Answers.JsonAsync(context, """{"schemaVersion":1}""", contentType: type);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ResolveAsync(Answers.ManifestDigest.ToString(), None)).Digest.ShouldBe(Answers.ManifestDigest);
        var error = await provider.For(server.Url).GetManifestAsync(Answers.ManifestDigest.ToString(), None).ShouldFailAsync();
        error.Kind.ShouldBe(RegistryErrorKind.Unsupported);
        error.Message.ShouldContain("schema 1");
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, true)]
    [InlineData((4 * 1024 * 1024) + 1, false)]
    public async Task GetManifestAsync_OfThisSize_IsReadUpToTheSpecificationsLimit(int size, bool isRead)
    {
        var manifest = Encoding.ASCII.GetBytes(Encoding.UTF8.GetString(Answers.Manifest).PadRight(size));
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.ContentType = MediaTypes.OciManifest;
            return context.Response.Body.WriteAsync(manifest).AsTask();
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isRead) (await request).Digest.ShouldBe(Digest.Compute(manifest));
        else (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("""{"layers":[]} x""")]
    [InlineData("""{"layers":[]}{}""")]
    [InlineData("""{"layers":[}""")]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task GetManifestAsync_MoreOrLessThanOneObject_IsAnInvalidResponse(string body)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body, contentType: MediaTypes.OciManifest));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData("""{"manifests":[],"config":{}}""", true)]
    [InlineData("""{"manifests":[],"layers":[]}""", true)]
    [InlineData("""{"config":{},"layers":[]}""", false)]
    [InlineData("""{"manifests":[]}""", false)]
    [InlineData("""{"annotations":{"manifests":[]},"layers":[]}""", false)]
    public async Task GetManifestAsync_IndexAndManifestAtOnce_IsRefused(string body, bool isAmbiguous)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body, contentType: MediaTypes.OciManifest));
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isAmbiguous) (await request.ShouldFailAsync()).Message.ShouldContain("ambiguous");
        else await request;
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("-x")]
    public async Task ResolveAsync_NeitherTagNorDigest_IsAnInvalidRequestThatIsNotSent(string reference)
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ResolveAsync(reference, None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidRequest);

        server.Requests.ShouldBeEmpty();
    }
}
