using System.Net;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class BlobReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
    private static readonly Descriptor Blob = new() { Digest = Digest.Compute(Content), Size = Content.Length };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadBlobAsync_GoodRegistry_GivesTheContent(bool isSizeKnown)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Content, "application/octet-stream"));
        using var provider = TestClient.Provider();

        var content = await provider.For(server.Url).ReadBlobAsync(isSizeKnown ? Blob : Blob with { Size = 0 }, 1_000_000, None);

        content.ToArray().ShouldBe(Content);
    }

    [Theory]
    [InlineData(99_999, 0, RegistryErrorKind.TooLarge)]
    [InlineData(99_999, 100_000, RegistryErrorKind.TooLarge)]
    [InlineData(1_000_000, 50_000, RegistryErrorKind.DigestMismatch)]
    [InlineData(1_000_000, 200_000, RegistryErrorKind.DigestMismatch)]
    public async Task ReadBlobAsync_WrongSize_IsRefused(long maximum, long size, RegistryErrorKind expected)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Content, "application/octet-stream"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ReadBlobAsync(Blob with { Size = size }, maximum, None).ShouldFailAsync()).Kind.ShouldBe(expected);
    }

    [Theory]
    [InlineData(50_000, RegistryErrorKind.DigestMismatch)]
    [InlineData(200_000, RegistryErrorKind.DigestMismatch)]
    [InlineData(0, RegistryErrorKind.TooLarge)]
    public async Task ReadBlobAsync_WrongSizeThatIsNotAnnounced_IsRefused(long size, RegistryErrorKind expected)
    {
        await using var server = await FaultServer.StartAsync(context => context.Response.Body.WriteAsync(Content).AsTask());
        using var provider = TestClient.Provider();
        var maximum = size == 0 ? Content.Length - 1 : 1_000_000;

        (await provider.For(server.Url).ReadBlobAsync(Blob with { Size = size }, maximum, None).ShouldFailAsync()).Kind.ShouldBe(expected);
    }

    [Theory]
    // As large as the limit is not too large, whether its size is known or not.
    [InlineData(100_000, 100_000, true)]
    [InlineData(100_000, 0, true)]
    [InlineData(99_999, 100_000, false)]
    [InlineData(99_999, 0, false)]
    public async Task ReadBlobAsync_LargerThanAskedFor_IsRefused(long maximum, long size, bool isRead)
    {
        await using var server = await FaultServer.StartAsync(context => context.Response.Body.WriteAsync(Content).AsTask());
        using var provider = TestClient.Provider();
        var read = provider.For(server.Url).ReadBlobAsync(Blob with { Size = size }, maximum, None);

        if (isRead) (await read).Length.ShouldBe(Content.Length);
        else (await read.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);

        // What the descriptor says is enough to refuse.
        server.Requests.Count.ShouldBe(isRead || size == 0 ? 1 : 0);
    }

    [Fact]
    public async Task ReadBlobAsync_EmptyBlob_IsRead()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, [], "application/octet-stream"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ReadBlobAsync(new Descriptor { Digest = Digest.Compute([]) }, 10, None)).Length.ShouldBe(0);
    }

    [Fact]
    public async Task ReadBlobAsync_BreaksOffOnce_IsReadWhole()
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Content.Length;
            if (Interlocked.Increment(ref requests) > 1)
            {
                await context.Response.Body.WriteAsync(Content);
                return;
            }

            await context.Response.Body.WriteAsync(Content.AsMemory(0, 10));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var provider = TestClient.Provider();
        var retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 1, TimeSpan.FromMilliseconds(1));

        (await provider.For(server.Url, retry: retry).ReadBlobAsync(Blob, 1_000_000, None)).ToArray().ShouldBe(Content);

        requests.ShouldBe(2);
    }

    [Fact]
    public async Task OpenBlobAsync_UnknownAlgorithm_IsUnsupported()
    {
        using var provider = TestClient.Provider();

        (await provider.For(new Uri("http://127.0.0.1:1")).OpenBlobAsync(new Descriptor { Digest = Digest.Parse("md5:abcdef") }, None).ShouldFailAsync())
            .Kind.ShouldBe(RegistryErrorKind.Unsupported);
    }

    [Fact]
    public async Task ReadBlobAsync_MoreThanItsDescriptorSays_IsReadNoFurther()
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Content);
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider();

        var read = provider.For(server.Url).ReadBlobAsync(Blob with { Size = 50_000 }, 1_000_000, None);

        var error = await read.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken).ShouldFailAsync();
        error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        error.Message.ShouldContain("it has more than 50000 bytes, but its descriptor says 50000");
    }

    [Fact]
    public async Task ReadBlobAsync_AnotherContent_IsADigestMismatch()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, new byte[Content.Length], "application/octet-stream"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ReadBlobAsync(Blob, 1_000_000, None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public async Task ReadBlobAsync_UnknownAlgorithm_IsUnsupported()
    {
        using var provider = TestClient.Provider();
        var blob = new Descriptor { Digest = Digest.Parse("blake3:abcdef") };

        (await provider.For(new Uri("http://127.0.0.1:1")).ReadBlobAsync(blob, 1, None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.Unsupported);
    }

    [Fact]
    public async Task OpenBlobAsync_GoodRegistry_StreamsTheContent()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Content, "application/octet-stream"));
        using var provider = TestClient.Provider();
        using var copy = new MemoryStream();

        await using (var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None)) await stream.CopyToAsync(copy, None);

        copy.ToArray().ShouldBe(Content);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(0)]
    public async Task OpenBlobAsync_AnotherContent_ThrowsAtItsEnd(long size)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, new byte[Content.Length], "application/octet-stream"));
        using var provider = TestClient.Provider();
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob with { Size = size }, None);

        (await stream.CopyToAsync(Stream.Null, None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public async Task OpenBlobAsync_NotDisposedAtItsEnd_GivesItsPermitBack()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.BytesAsync(context, Content, "application/octet-stream"));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        await stream.CopyToAsync(Stream.Null, None);

        (await provider.For(server.Url).ReadBlobAsync(Blob, 1_000_000, None).SoonAsync()).Length.ShouldBe(Content.Length);
    }

    [Fact]
    public async Task ReadBlobAsync_RedirectedToStorage_ReachesItWithoutTheCredentials()
    {
        var authorizations = new List<string>();
        await using var storage = await FaultServer.StartAsync(context =>
        {
            authorizations.Add(context.Request.Headers.Authorization.ToString());
            return Answers.BytesAsync(context, Content, "application/octet-stream");
        });
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
                return Answers.ErrorAsync(context, 401, "UNAUTHORIZED", "");
            }

            context.Response.Redirect($"{storage.Url}bucket/blob?X-Amz-Signature=secret", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider(options: TestClient.Linked);

        await provider.For(server.Url, new RegistryCredential.UsernamePassword("bob", "pw")).ReadBlobAsync(Blob, 1_000_000, None);

        authorizations.ShouldBe([""]);
    }

    [Fact]
    public async Task ReadBlobAsync_StorageRefuses_DoesNotShowTheSignedQuery()
    {
        await using var storage = await FaultServer.StartAsync(context =>
            Answers.JsonAsync(context, "<Error>Signature secret</Error>", 403, "application/xml"));
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Redirect($"{storage.Url}bucket/blob?X-Amz-Signature=secret");
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider(options: TestClient.Linked);

        var error = await provider.For(server.Url).ReadBlobAsync(Blob, 1_000_000, None).ShouldFailAsync();

        error.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        error.Message.ShouldContain("127.0.0.1, to which the registry redirects, answered with status 403 (Forbidden)");
        error.Url.ShouldBe(new Uri(storage.Url, "bucket/blob"));
        (error + error.Url!.AbsoluteUri).ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("loop", "more than 5 redirects")]
    [InlineData("file:///etc/passwd", "redirects to a 'file' URL")]
    [InlineData("", "without a valid Location")]
    public async Task ReadBlobAsync_RedirectThatMustNotBeFollowed_IsAnInvalidResponse(string location, string expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            if (location.Length > 0) context.Response.Headers.Location = location == "loop" ? context.Request.Path.ToString() : location;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ReadBlobAsync(Blob, 1_000_000, None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain(expected);
    }
}
