using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using RegistryOperator.Abstractions.Secrets;

namespace Fixtures.Subscribed;

public sealed record FeedOptions
{
    [Range(0, 10)]
    [Description("The lowest score that counts.")]
    public double MinimumScore { get; init; }

    [Description("Where advisories come from.")]
    public Feed Feed { get; init; } = new();

    /// <summary>Makes scans fail, in a way that a careless scanner would.</summary>
    public bool Fails { get; init; }
}

public sealed record Feed
{
    public string Url { get; init; } = "https://advisories.example.com";

    [Description("Token of the subscription.")]
    public SecretKeyReference? Token { get; init; }
}
