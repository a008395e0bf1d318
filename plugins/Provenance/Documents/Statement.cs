using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Statements;

namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>
/// An in-toto statement, as far as it is told: of its predicate only how the image was built, never with what parameters.
/// </summary>
internal sealed record Statement
{
    public required string PredicateType { get; init; }

    /// <summary>What it is about; what has no digest that can be compared is left out.</summary>
    public required IReadOnlyList<Digest> Subjects { get; init; }

    /// <summary>How the image was built; null where the statement is about something else.</summary>
    public BuildFacts? Build { get; init; }

    /// <summary>Reads a statement that nobody vouches for.</summary>
    /// <exception cref="InvalidDocumentException">It is none.</exception>
    public static Statement Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Of(InTotoStatement.Read(json));
        }
        catch (SigstoreFormatException invalid)
        {
            throw new InvalidDocumentException(invalid.Message);
        }
    }

    /// <exception cref="InvalidDocumentException">The predicate is of a type that is read, and can't be.</exception>
    public static Statement Of(InTotoStatement statement) => new()
    {
        PredicateType = statement.PredicateType,
        Subjects = SubjectsOf(statement),
        Build = BuildFacts.IsRead(statement.PredicateType) ? ReadBuild(statement) : null,
    };

    /// <summary>What a statement is about; what has no digest that can be compared is left out.</summary>
    public static IReadOnlyList<Digest> SubjectsOf(InTotoStatement statement) =>
        [.. statement.SubjectDigests.Select(text => Digest.TryParse(text, out var digest) ? digest : (Digest?)null).OfType<Digest>()];

    private static BuildFacts? ReadBuild(InTotoStatement statement)
    {
        if (statement.Predicate.IsEmpty) return null;
        using var predicate = StrictJson.TryParse(statement.Predicate)
            ?? throw new InvalidDocumentException("The predicate of the in-toto statement is nested too deeply, or has a name twice or one that is no text.");
        return BuildFacts.Of(statement.PredicateType, predicate.RootElement);
    }
}
