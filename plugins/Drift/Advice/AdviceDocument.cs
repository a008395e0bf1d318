using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>
/// The vulnerabilities that each available update fixes and brings in, by name, as a document of the result: a status has their numbers alone. What several
/// workloads run is there once.
/// </summary>
internal sealed class AdviceDocument
{
    public const string MediaType = "application/vnd.registry-operator.drift-advice.v1+json";

    /// <summary>Pairs of a running image and an update; those of the first workloads.</summary>
    private const int MostPairs = 500;

    private readonly Dictionary<(string, string), AdvisedChange> _changes = [];

    /// <summary>Adds what an update changes.</summary>
    public void Add(ImageFacts? running, AdvisedUpdate update, ImageFacts facts)
    {
        if (running?.Subject is not { } before || facts.Subject is not { } after || update.Change is not { } change || _changes.Count >= MostPairs) return;
        _changes.TryAdd((before, update.Update.Tag), new AdvisedChange(before, update.Update.Tag, after, Sorted(change.Fixed), Sorted(change.Introduced)));
    }

    /// <summary>Nothing where no two images could be compared.</summary>
    public IEnumerable<ReportDocument> ToDocuments() =>
        _changes.Count == 0
            ? []
            : [new ReportDocument(MediaType, JsonSerializer.SerializeToUtf8Bytes(new AdvisedChanges([.. _changes.Values]), AdviceJson.Default.AdvisedChanges))];

    private static IReadOnlyList<NamedVulnerability> Sorted(IReadOnlyDictionary<string, Severity> vulnerabilities) =>
    [
        .. vulnerabilities.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new NamedVulnerability(pair.Key, pair.Value)),
    ];
}

internal sealed record AdvisedChanges(IReadOnlyList<AdvisedChange> Updates);

/// <summary>What an update changes, the worst first.</summary>
/// <param name="Running">The manifest that runs.</param>
/// <param name="Tag">The update.</param>
/// <param name="Update">Its manifest.</param>
/// <param name="Fixed">What it does not have any more.</param>
/// <param name="Introduced">What it brings in.</param>
internal sealed record AdvisedChange(
    string Running, string Tag, string Update, IReadOnlyList<NamedVulnerability> Fixed, IReadOnlyList<NamedVulnerability> Introduced);

internal sealed record NamedVulnerability(string Id, Severity Severity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AdvisedChanges))]
internal sealed partial class AdviceJson : JsonSerializerContext;
