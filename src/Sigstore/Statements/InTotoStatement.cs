using System.Security.Cryptography;
using System.Text.Json;
using RegistryOperator.Shared;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Statements;

/// <summary>
/// An in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). Its predicate, which may be large, is left as it is.
/// </summary>
public sealed class InTotoStatement
{
    /// <summary>What an envelope calls it.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    private const int MostSubjects = 1024;
    private const int MostDigests = 32;
    private const int DeepestPredicate = 128;

    private readonly List<(HashAlgorithmName Algorithm, byte[] Digest)> _digests = [];
    private string? _type;
    private int _subjects;

    private InTotoStatement()
    {
    }

    /// <summary>The type of the predicate, such as <c>https://slsa.dev/provenance/v1</c>.</summary>
    public string PredicateType { get; private set; } = "";

    /// <summary>JSON; empty where the statement has none.</summary>
    public ReadOnlyMemory<byte> Predicate { get; private set; }

    /// <summary>
    /// The digests of what it is about, such as <c>sha256:…</c>, by SHA-256, SHA-384 and SHA-512; a subject may have several, or none that can be compared.
    /// </summary>
    public IEnumerable<string> SubjectDigests => _digests.Select(one => $"{Digests.NameOf(one.Algorithm)}:{Convert.ToHexStringLower(one.Digest)}");

    /// <summary>Reads a statement that nobody vouches for.</summary>
    /// <param name="payload">UTF-8; kept.</param>
    /// <exception cref="SigstoreFormatException">It is none; the message quotes nothing but types and names.</exception>
    public static InTotoStatement Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return ReadSigned(payload);
        }
        catch (RejectedException refused)
        {
            throw new SigstoreFormatException(refused.Message, refused);
        }
    }

    internal static InTotoStatement ReadSigned(ReadOnlyMemory<byte> payload)
    {
        var statement = new InTotoStatement();
        try
        {
            statement.ReadFields(payload);
        }
        catch (Exception problem) when (JsonText.IsFault(problem))
        {
            throw Invalid($"can't be read: {problem.Message}");
        }

        if (statement._type is not ("https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1"))
            throw Invalid($"is of the type {Words.Quote(statement._type)}; version 0.1 and 1 are read");
        if (statement.PredicateType.Length == 0) throw Invalid("has no predicateType");
        return statement._subjects > 0 ? statement : throw Invalid("has no subject");
    }

    internal bool IsAbout(Artifact artifact) => _digests.Exists(one => artifact.Is(one.Algorithm, one.Digest));

    private void ReadFields(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span, new JsonReaderOptions { MaxDepth = DeepestPredicate });
        var seen = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name)) throw Invalid($"has {Words.Quote(name)} twice");
            reader.Read();
            switch (name)
            {
                case "_type":
                    _type = Text(ref reader);
                    break;
                case "predicateType":
                    PredicateType = Text(ref reader);
                    break;
                case "subject":
                    ReadSubjects(ref reader);
                    break;
                case "predicate":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    Predicate = payload[start..(int)reader.BytesConsumed];
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Anything behind the statement is an error too.
        reader.Read();
    }

    private void ReadSubjects(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.StartObject);
            if (++_subjects > MostSubjects) throw new RejectedException(VerificationReasons.TooLarge, $"The statement has more than {MostSubjects} subjects.");
            var hasDigest = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isDigest = reader.ValueTextEquals("digest"u8);
                reader.Read();
                if (!isDigest)
                {
                    reader.Skip();
                    continue;
                }

                if (hasDigest) throw Invalid("has a subject with 'digest' twice");
                hasDigest = true;
                ReadDigests(ref reader);
            }
        }
    }

    private void ReadDigests(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name)) throw Invalid($"has a subject with the digest {Words.Quote(name)} twice");
            if (seen.Count > MostDigests)
            {
                throw new RejectedException(
                    VerificationReasons.TooLarge,
                    $"A subject of the statement has more than {MostDigests} digests.");
            }
            reader.Read();
            var value = Text(ref reader);
            if (name.StartsWith("sha", StringComparison.Ordinal) && Digests.TryParse(name, out var algorithm) && Digests.TryReadHex(value, out var digest)
                && digest.Length == Digests.LengthOf(algorithm))
            {
                _digests.Add((algorithm, digest));
            }
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String);
        return reader.GetString()!;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type) throw Invalid($"has {reader.TokenType} at byte {reader.TokenStartIndex}, where {type} belongs");
    }

    private static RejectedException Invalid(string what) => new(VerificationReasons.InvalidStatement, $"The in-toto statement {what}.");
}
