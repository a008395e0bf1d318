using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Declared;

/// <summary>Has a tool, a database and options of every kind.</summary>
internal sealed class AdvisoryScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("advisories", ScannerKind.Custom, "2")
    {
        Description = "Advisories of the house.",
        OptionsType = typeof(AdvisoryOptions),
        Needs = [ScannerKind.Sbom, ScannerKind.Vulnerability],
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        ScannerReadiness.Ready("4.5.6") with { DatabaseVersion = "17", DatabaseUpdated = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)) });

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = "Passed" });
}

public enum Strictness
{
    Lenient,
    Strict,
}

public sealed record AdvisoryOptions
{
    [Description("How much is forgiven.")]
    public Strictness Strictness { get; init; } = Strictness.Strict;

    [Range(0, 10)]
    [Description("The lowest score that counts.")]
    public double MinimumScore { get; init; } = 4.5;

    [Required]
    [StringLength(63)]
    [RegularExpression("[a-z]+")]
    public string? Team { get; init; }

    [MinLength(1)]
    public IReadOnlyList<string> Branches { get; init; } = ["main"];

    public IReadOnlyDictionary<string, int> Weights { get; init; } = new Dictionary<string, int>();

    public bool? IncludeDrafts { get; init; }

    public AdvisoryContact Contact { get; init; } = new();

    public IReadOnlyList<AdvisoryContact> Others { get; init; } = [];

    /// <summary>Computed, so no option.</summary>
    public bool IsStrict => Strictness == Strictness.Strict;
}

public sealed record AdvisoryContact
{
    [EmailAddress]
    public string Address { get; init; } = "team@example.com";

    /// <summary>Holds its own kind: it is not followed for ever.</summary>
    public AdvisoryContact? Deputy { get; init; }
}
