using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Sboms.Spdx;

/// <summary>
/// The dependencies in an SPDX document's relationships
/// (<see href="https://spdx.github.io/spdx-spec/v2.3/relationships-between-SPDX-elements/"/>). CONTAINS is a location, not a dependency.
/// </summary>
internal sealed class SpdxRelationships
{
    private const string DocumentId = "SPDXRef-DOCUMENT";

    // Older versions of Syft used the type OTHER, with their own type as the comment.
    private const string SyftDependencyComment = "dependency-of";

    /// <summary>What the document is about.</summary>
    public HashSet<string> Described { get; } = new(StringComparer.Ordinal);

    /// <summary>The dependencies.</summary>
    public DependencyCollector Dependencies { get; } = new();

    /// <summary>Reads the member <c>relationships</c>.</summary>
    public void Read(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? element = null, related = null, type = null, comment = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("spdxElementId"u8)) element = cursor.Text();
                else if (cursor.Is("relatedSpdxElement"u8)) related = cursor.Text();
                else if (cursor.Is("relationshipType"u8)) type = cursor.Text();
                else if (cursor.Is("comment"u8)) comment = cursor.Text();
                else cursor.Skip();
            }

            if (string.IsNullOrEmpty(element) || string.IsNullOrEmpty(related) || string.IsNullOrEmpty(type))
                throw cursor.Fault("has no 'spdxElementId', no 'relatedSpdxElement' or no 'relationshipType'");
            Add(element, related, type, comment);
        }
    }

    /// <summary>Reads the member <c>documentDescribes</c>, the short form of DESCRIBES.</summary>
    public void ReadDescribed(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
            if (cursor.Text() is { Length: > 0 } id) Described.Add(id);
    }

    private void Add(string element, string related, string type, string? comment)
    {
        switch (type)
        {
            case "DESCRIBES" when element == DocumentId:
                Described.Add(related);
                break;
            case "DESCRIBED_BY" when related == DocumentId:
                Described.Add(element);
                break;
            case "DEPENDS_ON":
                Dependencies.Add(element, related);
                break;
            case "DEPENDENCY_OF" or "BUILD_DEPENDENCY_OF" or "DEV_DEPENDENCY_OF" or "OPTIONAL_DEPENDENCY_OF" or "PROVIDED_DEPENDENCY_OF"
                or "RUNTIME_DEPENDENCY_OF" or "TEST_DEPENDENCY_OF":
                Dependencies.Add(related, element);
                break;
            case "OTHER" when comment?.StartsWith(SyftDependencyComment, StringComparison.Ordinal) == true:
                Dependencies.Add(related, element);
                break;
        }
    }
}
