using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Kinds;

/// <summary>A scanner that a resource asks for.</summary>
/// <param name="Kind">The kind; <see cref="ScannerKind.Custom"/> for every kind without a section of its own.</param>
/// <param name="Scanner">The scanner's name.</param>
/// <param name="Interval">Between scans of the same image.</param>
/// <param name="Field">Where the resource names the scanner, e.g. <c>spec.scanners[0]</c>.</param>
internal sealed record ScannerUse(ScannerKind Kind, string Scanner, TimeSpan Interval, string Field)
{
    /// <summary>Tags to scan; none means all.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Options in the resource.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>Where the resource gives them, e.g. <c>spec.scanners[0].options</c>.</summary>
    public string OptionsField { get => field ?? $"{Field}.options"; init; }

    /// <summary>Where the resource gives <see cref="Interval"/>.</summary>
    public string IntervalField { get => field ?? (Place == Field ? $"{Place}.interval" : $"{Place}.scanInterval"); init; }

    /// <summary>Where the resource gives <see cref="Tags"/>.</summary>
    public string TagsField => $"{Place}.tags";

    /// <summary>What else of the kind's section a result depends on, e.g. a format; null for nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>What the kind's section tells the scanner beside its options, and may name Secrets; null for nothing. A result depends on it.</summary>
    public object? Section { get; init; }

    /// <summary>Where the resource gives <see cref="Section"/>, e.g. <c>spec.provenanceTracking.verification</c>.</summary>
    public string SectionField { get; init; } = "";

    /// <summary>The platforms that the resource asks for: what a scanner of whole images is told depends on them.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>True where a document that is attached to the image is taken instead of a scan.</summary>
    public bool TakesAttached { get; init; }

    /// <summary>
    /// Interval of scans over all images while the list of tags is not known: where it is read about as often, they wait for it and don't run twice.
    /// </summary>
    /// <param name="untilTags">The interval between scans of the tag list.</param>
    public TimeSpan IntervalWithoutTags(TimeSpan untilTags) => Interval < untilTags ? Interval : Interval + untilTags;

    /// <summary>The section, or the entry of a list, in which all of it stands.</summary>
    private string Place => OptionsField[..OptionsField.LastIndexOf('.')];

    public bool Covers(string tag) => Tags.Count == 0 || Tags.Contains(tag, StringComparer.Ordinal);
}
