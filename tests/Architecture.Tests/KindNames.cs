namespace RegistryOperator.Architecture.Tests;

/// <summary>Finds files of the host that name a kind of scanner, which only <c>Kinds</c> and the custom resource may.</summary>
internal static class KindNames
{
    private const string Kinds = "src/Host/Kinds/";

    /// <summary>The custom resource has a section for each kind that has one.</summary>
    private const string Resource = "src/Host/Registry/";

    private static readonly HashSet<string> KnownKinds = new(StringComparer.Ordinal) { "Vulnerability", "Sbom", "Provenance", "Drift" };

    /// <summary>The sections of a spec and of a status.</summary>
    private static readonly HashSet<string> Sections = new(StringComparer.Ordinal)
    {
        "VulnerabilityScanning", "SbomGeneration", "ProvenanceTracking", "DriftDetection",
        "VulnerabilitiesStatus", "SbomStatus", "ProvenanceStatus", "DriftStatus",
    };

    /// <summary>Their places in a status. A round carries a status on as it is, so that a new section needs no line of its.</summary>
    private static readonly HashSet<string> Places = new(StringComparer.Ordinal) { "Vulnerabilities", "Sbom", "Provenance", "Drift" };

    /// <summary>A sentence for each file and name.</summary>
    public static IReadOnlyList<string> Find(SourceTree tree)
    {
        var host = tree.Files.Where(file => file.Path.StartsWith("src/Host/", StringComparison.Ordinal)).ToArray();
        // What lies right in Kinds is what all kinds have in common.
        var ownTypes = host
            .Where(file => file.Path.StartsWith(Kinds, StringComparison.Ordinal)
                && file.Path[Kinds.Length..].Contains('/', StringComparison.Ordinal))
            .SelectMany(Names.DeclaredIn).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. host.Where(file => !file.Path.StartsWith(Kinds, StringComparison.Ordinal) && !file.Path.StartsWith(Resource, StringComparison.Ordinal))
                .SelectMany(file => NamesIn(file, ownTypes).Select(name => $"{file.Path}: {name}")),
        ];
    }

    private static bool NamesKind(string text) => char.IsLower(text[0]) && KnownKinds.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> NamesIn(SourceFile file, HashSet<string> ownTypes) => Names.UsedIn(file)
        .Where(name => ownTypes.Contains(name) || Sections.Contains(name)
            || (Places.Contains(name) && file.Path.StartsWith("src/Host/Rounds/", StringComparison.Ordinal)))
        .Concat(Names.TextsIn(file).Where(NamesKind).Select(text => $"\"{text}\""))
        .Concat(Names.PairsIn(file).Where(pair => pair.Left == "ScannerKind" && KnownKinds.Contains(pair.Right)).Select(pair => $"ScannerKind.{pair.Right}"))
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);
}
