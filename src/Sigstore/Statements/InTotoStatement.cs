using System.Security.Cryptography;
using System.Text.Json;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Statements;

/// <summary>An in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) without its predicate, which may be large.</summary>
internal sealed class InTotoStatement
{
    public const string PayloadType = "application/vnd.in-toto+json";

    private const int MostSubjects = 1024;
    private const int MostDigests = 32;
    private const int DeepestPredicate = 128;

    private readonly List<(HashAlgorithmName Algorithm, byte[] Digest)> _digests = [];
    private int _subjects;

    public string? Type { get; private set; }

    public string? PredicateType { get; private set; }

    public static InTotoStatement Read(ReadOnlySpan<byte> payload)
    {
        var statement = new InTotoStatement();
        try
        {
            statement.ReadFields(payload);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw Invalid($"can't be read: {problem.Message}");
        }

        if (statement.Type is not ("https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1"))
            throw Invalid($"is of the type {Words.Quote(statement.Type)}; version 0.1 and 1 are read");
        if (string.IsNullOrEmpty(statement.PredicateType)) throw Invalid("has no predicateType");
        return statement._subjects > 0 ? statement : throw Invalid("has no subject");
    }

    public bool IsAbout(Artifact artifact) => _digests.Exists(one => artifact.Is(one.Algorithm, one.Digest));

    private void ReadFields(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = DeepestPredicate });
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
                    Type = Text(ref reader);
                    break;
                case "predicateType":
                    PredicateType = Text(ref reader);
                    break;
                case "subject":
                    ReadSubjects(ref reader);
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
            if (name.StartsWith("sha", StringComparison.Ordinal) && Digests.TryParse(name, out var algorithm) && Digests.TryReadHex(value, out var digest))
                _digests.Add((algorithm, digest));
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
