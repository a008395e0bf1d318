namespace RegistryOperator.Host.Scans.Model;

/// <summary>Whether the scanners that a resource asks for can work, as its condition tells.</summary>
internal sealed record ScannersCondition(bool IsReady, string Reason, string Message)
{
    private const string ReadyReason = "Ready";

    /// <summary>Null where the resource asks for none.</summary>
    public static ScannersCondition? Of(IReadOnlyList<BoundScanner> scanners)
    {
        if (scanners.Count == 0) return null;
        var problems = scanners.Where(scanner => scanner.Problem is not null).Select(scanner => scanner.Problem!).Distinct().ToArray();
        return problems.Length == 0
            ? new ScannersCondition(true, ReadyReason, string.Join(", ", scanners.Select(Describe)))
            : new ScannersCondition(false, problems[0].Reason, string.Join(" ", problems.Select(problem => problem.Message)));
    }

    private static string Describe(BoundScanner scanner)
    {
        var tool = scanner.Versions?.Tool is { } version ? $" {version}" : "";
        var database = scanner.Versions?.Database is { } databaseVersion ? $" (database {databaseVersion})" : "";
        return scanner.Use.Scanner + tool + database;
    }
}
