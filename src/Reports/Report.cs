using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Reports;

/// <summary>
/// What a report is about. Never a tag: all tags, and all resources of one registry, that share a digest share its reports.
/// </summary>
/// <param name="Digest">The digest of the manifest that was scanned: a platform's, or an index.</param>
/// <param name="Kind">The scanner's kind.</param>
/// <param name="Scanner">The scanner's name.</param>
/// <param name="Options">A hash of the options that the result depends on; empty for none.</param>
public sealed record ReportKey(Digest Digest, ScannerKind Kind, string Scanner, string Options)
{
    /// <summary>In <see cref="Registry"/>: the result serves every registry that has the digest, as an installation of one tenant may want it.</summary>
    public const string AnyRegistry = "*";

    /// <summary>
    /// The registry that has the manifest, as an origin, e.g. <c>https://registry.example.com:5000</c>: what another one says of the same digest is
    /// another's. Empty in reports of stores that did not record it: they are shown, and nothing is made from them.
    /// </summary>
    public string Registry { get; init; } = "";

    /// <summary>The repository's URL where the result depends on what is kept there, e.g. signatures; empty where it holds for the registry.</summary>
    public string Repository { get; init; } = "";

    /// <summary>True where a resource with this registry and repository may use the report.</summary>
    /// <param name="registry">The registry's origin.</param>
    /// <param name="repository">The repository's URL.</param>
    public bool IsOf(string registry, string repository) => Registry == registry && (Repository.Length == 0 || Repository == repository);

    /// <summary>A registry's host, or a repository's name, of its URL.</summary>
    /// <param name="url">As in <see cref="Registry"/> or <see cref="Repository"/>.</param>
    public static string WithoutScheme(string url) => url[(url.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
}

/// <summary>The versions with which a report was made; where one differs from the scanner's current ones, the report is made again.</summary>
/// <param name="Scanner">The scanner's own version.</param>
/// <param name="Tool">Its tool's version.</param>
/// <param name="Database">Its database's version.</param>
public sealed record ReportVersions(string Scanner, string? Tool, string? Database);

/// <summary>A report without its documents: what the status is built from.</summary>
public sealed record Report
{
    /// <summary>The subject, and the scanner with its options.</summary>
    public required ReportKey Key { get; init; }

    /// <summary>The versions with which it was made.</summary>
    public required ReportVersions Versions { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>One of <see cref="ScanMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The scanner's verdict in a word.</summary>
    public required string Result { get; init; }

    /// <summary>Small JSON in the kind's own format, from which its section of a status is built.</summary>
    public required ReadOnlyMemory<byte> Summary { get; init; }
}

/// <summary>A report with all that is stored of it.</summary>
public sealed record NewReport
{
    /// <summary>What the status is built from.</summary>
    public required Report Report { get; init; }

    /// <summary>The full documents, the main one first.</summary>
    public IReadOnlyList<ReportDocument> Documents { get; init; } = [];

    /// <summary>All vulnerabilities, for reports and for the search.</summary>
    public IReadOnlyList<Vulnerability> Vulnerabilities { get; init; } = [];

    /// <summary>All packages, for the search.</summary>
    public IReadOnlyList<SbomPackage> Packages { get; init; } = [];
}
