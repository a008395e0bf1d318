namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>What a status needs of a scanner of another kind.</summary>
internal sealed record CustomSummary
{
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
