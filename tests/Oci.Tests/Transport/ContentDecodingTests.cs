using System.IO.Compression;
using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>Bodies that a server or a proxy compresses without having been asked.</summary>
public sealed class ContentDecodingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    [InlineData("deflate, gzip")]
    public async Task Request_AnswerIsCompressed_IsReadAndVerified(string encoding)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.AcceptEncoding.Count > 0) return Answers.ErrorAsync(context, 500, "X", "asked for");
            if (context.Request.Path == "/token") return SendAsync(context, """{"token":"good"}"""u8.ToArray(), encoding);
            if (context.Request.Headers.Authorization != "Bearer good") return Answers.RefuseAsync(context, Answers.TokenChallenge(context));
            if (context.Request.Path.Value!.EndsWith("/tags/list", StringComparison.Ordinal))
                return SendAsync(context, """{"tags":["1"]}"""u8.ToArray(), encoding);
            context.Response.Headers["Docker-Content-Digest"] = Answers.ManifestDigest.ToString();
            context.Response.ContentType = MediaTypes.OciManifest;
            return SendAsync(context, Answers.Manifest, encoding);
        });
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);
        var blob = new Descriptor { Digest = Answers.ManifestDigest, Size = Answers.Manifest.Length };

        (await client.ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);
        (await client.ResolveAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
        (await client.GetManifestAsync("latest", None)).Content.ToArray().ShouldBe(Answers.Manifest);
        (await client.ReadBlobAsync(blob, 10_000, None)).ToArray().ShouldBe(Answers.Manifest);
        await using var stream = await client.OpenBlobAsync(blob, None);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, None);
        read.ToArray().ShouldBe(Answers.Manifest);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Request_AnswerIsNotCompressedAsItsHeaderSays_IsTakenAsItIs(string encoding)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return Answers.JsonAsync(context, """{"tags":["1"]}""");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Request_BlobThatIsAnArchiveWithTheHeader_IsNotUnpacked()
    {
        var layer = Encode("layer"u8.ToArray(), "gzip");
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return Answers.BytesAsync(context, layer, "application/octet-stream");
        });
        using var provider = TestClient.Provider();
        var blob = new Descriptor { Digest = Digest.Compute(layer), Size = layer.Length };

        (await provider.For(server.Url).ReadBlobAsync(blob, 10_000, None)).ToArray().ShouldBe(layer);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Request_BombInsteadOfAManifest_IsTooLarge(string encoding)
    {
        await using var server = await FaultServer.StartAsync(context => SendAsync(context, new byte[64 << 20], encoding));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task Request_CompressionIsDamaged_IsAnInvalidResponse()
    {
        var damaged = Encode(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000))), "gzip");
        damaged.AsSpan(20, 40).Fill(0xff);
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return Answers.BytesAsync(context, damaged, "application/json");
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("not compressed as its header says");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20_000)]
    public async Task Request_MoreEncodingsThanAServerAndItsProxyApply_IsAnInvalidResponse(int encodings)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = string.Join(',', Enumerable.Repeat("br", encodings));
            return Answers.JsonAsync(context, """{"tags":["1"]}""");
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("not compressed as its header says");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_BodyIsNotBrotliAsItsHeaderSays_IsAnInvalidResponse(bool isBlob)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "br";
            return Answers.JsonAsync(context, """{"tags":["1"]}""");
        });
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        var error = isBlob ? await ReadAsync(client).ShouldFailAsync() : await client.ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("not compressed as its header says");

        static async Task ReadAsync(IRegistryClient client)
        {
            await using var stream = await client.OpenBlobAsync(new Descriptor { Digest = Answers.ManifestDigest, Size = 1000 }, None);
            await stream.CopyToAsync(Stream.Null, None);
        }
    }

    [Theory]
    [InlineData(401, "br", RegistryErrorKind.Unauthorized)]
    [InlineData(403, "br", RegistryErrorKind.Denied)]
    [InlineData(404, "br", RegistryErrorKind.NotFound)]
    [InlineData(404, "br, br, br", RegistryErrorKind.NotFound)]
    [InlineData(404, "gzip", RegistryErrorKind.NotFound)]
    public async Task Request_ErrorIsBadlyCompressed_HasTheKindOfItsStatus(int status, string encoding, RegistryErrorKind kind)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return Answers.BytesAsync(context, [0x1f, 0x8b, .. "no deflated bytes"u8], "application/json", status);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Request_ChallengeIsBadlyCompressed_IsAnsweredAllTheSame()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return Answers.JsonAsync(context, """{"token":"good"}""");
            if (context.Request.Headers.Authorization == "Bearer good") return Answers.ManifestAsync(context);
            context.Response.Headers.ContentEncoding = "br";
            return Answers.RefuseAsync(context, Answers.TokenChallenge(context));
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task Apply_AnyBytesInAnyPieces_GivesThemBack() =>
        await Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 7], Gen.Bool).SampleAsync(async drawn =>
        {
            var (content, piece, isEncoded) = drawn;
            using var response = new HttpResponseMessage { Content = new ByteArrayContent(isEncoded ? Encode(content, "gzip") : content) };
            response.Content.Headers.TryAddWithoutValidation("Content-Encoding", isEncoded || content is not [0x1f, 0x8b, ..] ? "gzip" : "identity");
            ContentDecoding.Apply(response);
            await using var stream = await response.Content.ReadAsStreamAsync(None);
            var read = new List<byte>();
            var buffer = new byte[piece];
            for (int length; (length = await stream.ReadAsync(buffer, None)) > 0;) read.AddRange(buffer.AsSpan(0, length));
            read.ToArray().ShouldBe(content);
        });

    private static Task SendAsync(HttpContext context, byte[] content, string encoding)
    {
        context.Response.Headers.ContentEncoding = encoding;
        return Answers.BytesAsync(context, Encode(content, encoding), context.Response.ContentType);
    }

    private static byte[] Encode(byte[] content, string encodings)
    {
        foreach (var encoding in encodings.Split(", "))
        {
            using var encoded = new MemoryStream();
            using (var stream = encoding switch
            {
                "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest),
                "br" => new BrotliStream(encoded, CompressionLevel.Fastest),
                "identity" => (Stream)new BufferedStream(encoded),
                _ => new GZipStream(encoded, CompressionLevel.Fastest),
            })
            {
                stream.Write(content);
                stream.Flush();
                if (encoding == "identity") return encoded.ToArray();
            }

            content = encoded.ToArray();
        }

        return content;
    }
}
