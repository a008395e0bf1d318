namespace RegistryOperator.Host.Decisions;

/// <summary>A stored result that a decision is about, with its key.</summary>
/// <param name="Digest">What was scanned.</param>
/// <param name="Kind">The scanner's kind.</param>
/// <param name="Scanner">The scanner's name.</param>
/// <param name="Options">A hash of the options; empty for none.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Result">In a word.</param>
internal sealed record ExplainedReport(string Digest, string Kind, string Scanner, string Options, DateTimeOffset Created, string Result)
{
    /// <summary>The registry, where that is a part of the key.</summary>
    public string Registry { get; init; } = "";

    /// <summary>The repository, where that is a part of the key.</summary>
    public string Repository { get; init; } = "";

    public required string ScannerVersion { get; init; }

    public string? ToolVersion { get; init; }

    public string? DatabaseVersion { get; init; }

    /// <summary>Of what it was made; null where that is always the same.</summary>
    public string? Method { get; init; }

    /// <summary>The key as one text.</summary>
    public string Key => string.Join(' ', ((string[])[Kind, Scanner, Digest, Options, Registry, Repository]).Where(part => part.Length > 0));
}
