namespace RegistryOperator.Testing.Conformance;

/// <summary>A scanner does not keep its contract. The message lists every violation found, one a line.</summary>
public sealed class ConformanceException : Exception
{
    internal ConformanceException(string scanner, IReadOnlyList<string> violations)
        : base($"Scanner '{scanner}' breaks its contract in {violations.Count} point(s):" +
            string.Concat(violations.Select(violation => $"\n  - {violation}"))) =>
        Violations = violations;

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Violations { get; }
}
