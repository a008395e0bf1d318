using System.IO.Compression;
using System.Net;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Undoes a compression of the transfer that was not asked for: without <c>Accept-Encoding</c> a server, or a proxy before it, may choose one
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3"/>). Limits and digests are about what comes out.
/// </summary>
internal static class ContentDecoding
{
    /// <summary>What a server and a proxy before it apply; each is a stream over the one before, opened and read by recursion.</summary>
    private const int MaximumEncodings = 2;

    /// <summary>Decodes the body, where its header names a known encoding.</summary>
    /// <param name="response">The response.</param>
    /// <param name="size">
    /// The size of what was asked for, where it is known: a body of that length is the content itself, and the header a mistake, as storage makes it of
    /// files that are compressed themselves.
    /// </param>
    public static void Apply(HttpResponseMessage response, long? size = null)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values)) return;
        if (size is not null && response.Content.Headers.ContentLength == size) return;
        var encodings = values.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (encodings.Length > MaximumEncodings)
        {
            // Thrown where the body is read: of an error, the status says enough.
            response.Content = new DecodedContent(response.Content, static (_, _) => throw new InvalidDataException("The body has too many encodings."));
            return;
        }

        foreach (var encoding in encodings.Reverse())
        {
            Func<Stream, CancellationToken, ValueTask<Stream>>? decode = encoding.ToUpperInvariant() switch
            {
                "GZIP" or "X-GZIP" => static (stream, token) => PeekingStream.DecodeAsync(stream, IsGzip, Gunzip, token),
                "DEFLATE" => static (stream, token) => PeekingStream.DecodeAsync(stream, IsZlib, Inflate, token),
                "BR" => static (stream, _) => new(new CheckedDecoder(new BrotliStream(stream, CompressionMode.Decompress))),
                _ => null,
            };
            if (decode is not null) response.Content = new DecodedContent(response.Content, decode);
        }
    }

    private static GZipStream Gunzip(Stream stream) => new(stream, CompressionMode.Decompress);

    private static ZLibStream Inflate(Stream stream) => new(stream, CompressionMode.Decompress);

    private static bool IsGzip(ReadOnlySpan<byte> start) => start is [0x1f, 0x8b];

    // https://www.rfc-editor.org/rfc/rfc1950#section-2.2
    private static bool IsZlib(ReadOnlySpan<byte> start) => start is [var method, var flags] && (method & 0x0f) == 8 && ((method << 8) + flags) % 31 == 0;

    /// <summary>A body that is decoded while it is read. Its length is not known.</summary>
    private sealed class DecodedContent : HttpContent
    {
        private readonly HttpContent _encoded;
        private readonly Func<Stream, CancellationToken, ValueTask<Stream>> _decode;

        public DecodedContent(HttpContent encoded, Func<Stream, CancellationToken, ValueTask<Stream>> decode)
        {
            _encoded = encoded;
            _decode = decode;
            foreach (var (name, values) in encoded.Headers.NonValidated)
            {
                if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase))
                    Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            await _decode(await _encoded.ReadAsStreamAsync(cancellationToken), cancellationToken);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var decoded = await CreateContentReadStreamAsync();
            await decoded.CopyToAsync(stream);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _encoded.Dispose();
            base.Dispose(disposing);
        }
    }
}
