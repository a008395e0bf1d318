using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>
/// An in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md), as far as it is told: of its predicate only how the
/// image was built, never with what parameters.
/// </summary>
internal sealed record Statement
{
    private const int MostSubjects = 1024;

    public required string PredicateType { get; init; }

    /// <summary>What it is about; what has no digest that can be compared is left out.</summary>
    public required IReadOnlyList<Digest> Subjects { get; init; }

    /// <summary>How the image was built; null where the statement is about something else.</summary>
    public BuildFacts? Build { get; init; }

    /// <summary>Reads a statement.</summary>
    /// <exception cref="InvalidDocumentException">It is none.</exception>
    public static Statement Read(ReadOnlyMemory<byte> json)
    {
        using var document = StrictJson.TryParse(json)
            ?? throw new InvalidDocumentException("The statement is no valid JSON, is nested too deeply, or has a name twice.");
        return Read(document.RootElement);
    }

    private static Statement Read(JsonElement? root)
    {
        if (root.Text("_type") is not ("https://in-toto.io/Statement/v1" or "https://in-toto.io/Statement/v0.1"))
            throw new InvalidDocumentException("It is no in-toto statement of version 0.1 or 1.");
        if (root.Text("predicateType") is not { } predicateType) throw new InvalidDocumentException("The in-toto statement has no predicateType.");
        var subjects = root.Get("subject").Items().Take(MostSubjects + 1).ToArray();
        if (subjects.Length > MostSubjects) throw new InvalidDocumentException($"The in-toto statement has more than {MostSubjects} subjects.");
        return new Statement
        {
            PredicateType = predicateType,
            Subjects = [.. subjects.SelectMany(DigestsOf)],
            Build = root.Get("predicate") is { ValueKind: JsonValueKind.Object } predicate ? BuildFacts.Of(predicateType, predicate) : null,
        };
    }

    private static IEnumerable<Digest> DigestsOf(JsonElement subject)
    {
        if (subject.Get("digest") is not { ValueKind: JsonValueKind.Object } digests) yield break;
        foreach (var algorithm in (string[])["sha256", "sha512"])
        {
            if (Digest.TryParse($"{algorithm}:{digests.Get(algorithm).Text()?.ToLowerInvariant()}", out var digest)) yield return digest;
        }
    }
}
