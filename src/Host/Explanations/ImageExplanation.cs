using System.Text.Json.Serialization;
using RegistryOperator.Host.Decisions;

namespace RegistryOperator.Host.Explanations;

/// <summary>Why an image of a resource has the state that it has.</summary>
/// <param name="Resource"><c>namespace/name</c>.</param>
/// <param name="Image">Host, repository, and the tag or the digest.</param>
internal sealed record ImageExplanation(string Resource, string Image)
{
    /// <summary>The tag; null for an image of which no tag is known.</summary>
    [JsonIgnore]
    public string? Tag { get; init; }

    /// <summary>What the tag names, as far as that is known.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether the resource chooses the image; null where that is not known.</summary>
    public bool? IsChosen { get; init; }

    /// <summary>The decisions, in the order in which a round makes them.</summary>
    public required IReadOnlyList<DecisionStep> Steps { get; init; }
}
