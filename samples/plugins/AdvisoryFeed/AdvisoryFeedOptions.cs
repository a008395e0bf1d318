using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using RegistryOperator.Abstractions.Secrets;

namespace AdvisoryFeed;

/// <summary>What a resource writes under <c>spec.vulnerabilityScanning.options</c>.</summary>
public sealed record AdvisoryFeedOptions : IValidatableObject
{
    [Description("Where advisories come from.")]
    public FeedAddress Feed { get; init; } = new();

    [Description("Advisories that do not apply here.")]
    public IReadOnlyList<Exemption> Exempt { get; init; } = [];

    [Range(0, 10)]
    [Description("The lowest score that counts.")]
    public double MinimumScore { get; init; }

    // Attributes are looked at here alone: what is wrong within Feed is for this method to find.
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Feed.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            yield return new ValidationResult($"feed.url: '{Feed.Url}' is no address of a service, e.g. https://advisories.example.com.");
    }
}

public sealed record FeedAddress
{
    public string Url { get; init; } = "https://advisories.example.com";

    [Description("Token of the subscription.")]
    public SecretKeyReference? Token { get; init; }
}

public sealed record Exemption
{
    [Description("Identifier of the advisory, e.g. CVE-2026-1234.")]
    public required string Id { get; init; }

    [Description("Why it does not apply, for those who read the resource.")]
    public required string Because { get; init; }
}
