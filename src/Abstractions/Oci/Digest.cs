using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// A content digest, <c>algorithm:hex</c>
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests"/>).
/// sha256 and sha512 can be verified; other registered algorithms are carried but never trusted.
/// </summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    private const string Sha256 = "sha256";
    private const string Sha512 = "sha512";
    private readonly string? _value;

    private Digest(string value) => _value = value;

    /// <summary>The algorithm, e.g. <c>sha256</c>.</summary>
    public string Algorithm => Value[..Value.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The encoded hash, lower-case hexadecimal for sha256 and sha512.</summary>
    public string Encoded => Value[(Value.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private string Value => _value ?? throw new InvalidOperationException("An uninitialised Digest has no value.");

    /// <summary>The digest of <paramref name="content"/> under sha256.</summary>
    public static Digest Compute(ReadOnlySpan<byte> content) => new(Sha256 + ":" + Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Wraps a finished sha256 or sha512 hash.</summary>
    /// <exception cref="ArgumentException">The hash has the length of neither.</exception>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => hash.Length switch
    {
        SHA256.HashSizeInBytes => new(Sha256 + ":" + Convert.ToHexStringLower(hash)),
        SHA512.HashSizeInBytes => new(Sha512 + ":" + Convert.ToHexStringLower(hash)),
        _ => throw new ArgumentException($"A hash of {hash.Length} bytes is neither sha256 nor sha512.", nameof(hash)),
    };

    /// <summary>Parses <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text is no digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text}' is not a digest: expected 'algorithm:hex', e.g. sha256 and 64 hexadecimal digits.");

    /// <summary>Parses <paramref name="text"/>; false where it is no digest.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon <= 0 || colon == text.Length - 1) return false;
        var encoded = text.AsSpan(colon + 1);
        var valid = text.AsSpan(0, colon) switch
        {
            Sha256 => encoded.Length == 64 && IsLowerHex(encoded),
            Sha512 => encoded.Length == 128 && IsLowerHex(encoded),
            var algorithm => !algorithm.ContainsAnyExcept(AlgorithmCharacters) && !encoded.ContainsAnyExcept(EncodedCharacters),
        };
        if (valid) digest = new Digest(text);
        return valid;
    }

    /// <summary>True where <paramref name="content"/> has this digest. False for an algorithm that can't be computed here.</summary>
    public bool Matches(ReadOnlySpan<byte> content) => Algorithm switch
    {
        Sha256 => Compute(content) == this,
        Sha512 => FromHash(SHA512.HashData(content)) == this,
        _ => false,
    };

    /// <summary>A running hash of this digest's algorithm, for content that is streamed.</summary>
    /// <exception cref="NotSupportedException">The algorithm is neither sha256 nor sha512.</exception>
    public IncrementalHash CreateHash() => Algorithm switch
    {
        Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        Sha512 => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        var other => throw new NotSupportedException($"Digest algorithm '{other}' cannot be verified; sha256 and sha512 can."),
    };

    /// <summary><c>algorithm:hex</c>, or the empty string for <c>default</c>.</summary>
    public override string ToString() => _value ?? "";

    private static readonly System.Buffers.SearchValues<char> AlgorithmCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+._-");

    private static readonly System.Buffers.SearchValues<char> EncodedCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=_-");

    private static readonly System.Buffers.SearchValues<char> LowerHex = System.Buffers.SearchValues.Create("0123456789abcdef");

    private static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);

    internal sealed class DigestJsonConverter : JsonConverter<Digest>
    {
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return TryParse(text, out var digest) ? digest : throw new JsonException($"'{text}' is not a digest.");
        }

        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
