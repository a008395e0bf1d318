namespace RegistryOperator.Host.Registry.Status;

/// <summary>An entry of <c>status.scans</c>: what a scanner named in <c>spec.scanners</c> found over all images together.</summary>
internal sealed record RegistryScanStatus
{
    /// <summary>The scanner's result in a word or phrase.</summary>
    public string? Result { get; init; }

    /// <summary><c>Passed</c> or <c>Failed</c>; null where the scanner gives no verdict.</summary>
    public string? Verdict { get; init; }

    public DateTimeOffset? LastScanTime { get; init; }

    public IReadOnlyDictionary<string, string> Summary { get => field ?? NoSummary; init; }

    public IReadOnlyDictionary<string, double> Figures { get => field ?? NoFigures; init; }

    /// <summary>Why there is no result, or none newer than <see cref="LastScanTime"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>The full documents in the report store.</summary>
    public IReadOnlyList<StoredDocumentStatus> Documents { get => field ?? []; init; }

    private static IReadOnlyDictionary<string, string> NoSummary { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, double> NoFigures { get; } = new Dictionary<string, double>(StringComparer.Ordinal);
}

/// <summary>A document in the report store, which <c>report NAMESPACE/NAME</c> prints.</summary>
internal sealed record StoredDocumentStatus
{
    public string MediaType { get => field ?? ""; init; }

    /// <summary>The digest of its bytes.</summary>
    public string Digest { get => field ?? ""; init; }

    /// <summary>In bytes.</summary>
    public long Size { get; init; }
}
