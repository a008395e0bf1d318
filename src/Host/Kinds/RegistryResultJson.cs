using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Kinds;

/// <summary>A registry scanner's result without its documents, as the report store keeps it. Words and figures are cleaned and bounded here.</summary>
internal sealed record StoredRegistryResult
{
    public required string Result { get; init; }

    public ScanVerdict Verdict { get; init; }

    public IReadOnlyDictionary<string, string> Summary { get => field ?? NoSummary; init; }

    public IReadOnlyDictionary<string, double> Figures { get => field ?? NoFigures; init; }

    /// <summary>Of kind drift alone; null for any other.</summary>
    public IReadOnlyList<WorkloadDrift>? Workloads { get; init; }

    private static IReadOnlyDictionary<string, string> NoSummary { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, double> NoFigures { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>False for one that an earlier version stored with a part of a workload missing.</summary>
    [JsonIgnore]
    public bool IsWhole => Workloads is null || AreWhole(Workloads);

    /// <exception cref="ScanException">A part of the result is missing.</exception>
    public static StoredRegistryResult Of(RegistryScanResult result, string scanner) => new()
    {
        Result = ResultText.Cut(result.Result),
        Verdict = Enum.IsDefined(result.Verdict) ? result.Verdict : ScanVerdict.None,
        Summary = ResultText.Cut(result.Summary),
        Figures = ResultText.Cut(result.Figures),
        Workloads = result is not DriftScanResult drift ? null
            : AreWhole(drift.Workloads) ? drift.Workloads
            : throw new ScanException(ScanReasons.InvalidContent, $"{scanner} returned a workload without its namespace, name, kind or updates."),
    };

    /// <summary>False where a part is null, whatever the contract's types say: a plugin may be compiled without nullable references.</summary>
    private static bool AreWhole(IReadOnlyList<WorkloadDrift?>? workloads) => workloads is not null && workloads.All(workload =>
        workload is { Namespace: not null, Name: not null, Kind: not null, AvailableUpdates: { } updates } && updates.All(update => update?.Tag is not null));

    /// <summary>The result as the scanner gave it, as far as it is kept.</summary>
    public RegistryScanResult ToResult() => Workloads is null
        ? new RegistryScanResult { Result = Result, Verdict = Verdict, Summary = Summary, Figures = Figures }
        : new DriftScanResult { Result = Result, Verdict = Verdict, Summary = Summary, Figures = Figures, Workloads = Workloads };
}

/// <summary>The result as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredRegistryResult))]
internal sealed partial class RegistryResultJson : JsonSerializerContext
{
    public static byte[] Write(StoredRegistryResult result) => JsonSerializer.SerializeToUtf8Bytes(result, Default.StoredRegistryResult);

    public static bool IsReadable(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, Default.StoredRegistryResult) is { IsWhole: true };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static StoredRegistryResult Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.StoredRegistryResult)!;
}
