using Microsoft.Data.Sqlite;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>A document ready to be stored.</summary>
/// <param name="Position">Its place in the report; <see cref="VulnerabilitiesPosition"/> for the store's own.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Compressed">What is stored.</param>
internal sealed record PackedDocument(int Position, string MediaType, Digest Digest, long Size, byte[] Compressed)
{
    /// <summary>Before the first document.</summary>
    public const int VulnerabilitiesPosition = -1;

    /// <summary>Packs a document.</summary>
    /// <param name="position">Its place in the report.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="report">Whose it is, for errors: the scanner and what was scanned.</param>
    /// <exception cref="ReportTooLargeException">It is larger than the store takes.</exception>
    public static PackedDocument Pack(int position, string mediaType, ReadOnlySpan<byte> content, ReportLimits limits, string report)
    {
        if (content.Length <= limits.MaximumDocumentBytes)
            return new PackedDocument(position, mediaType, Digest.Compute(content), content.Length, DocumentCompression.Compress(content));
        throw new ReportTooLargeException(
            $"The {mediaType} of {report} has {content.Length} bytes; the report store takes {limits.MaximumDocumentBytes}: " +
            $"raise {ReportLimits.MaximumDocumentSetting}.");
    }
}

/// <summary>Writes a report, inside the caller's transaction. Rows that stay as they are in the earlier report of the same key are not touched.</summary>
internal sealed class ReportWriting(StoreConnection connection, DateTimeOffset now)
{
    public void Save(NewReport report, IReadOnlyList<PackedDocument> documents)
    {
        var row = SaveReport(report.Report);
        DeleteWithoutOrigin(row, report.Report.Key);
        SaveDocuments(connection, "report_documents", row, documents);

        // The packages that are vulnerable are packages too: found where there is no SBOM.
        var packages = new HashSet<long>();
        var vulnerabilities = new HashSet<long>();
        foreach (var package in report.Packages) packages.UnionWith(PackageRows(package.Name, package.Version, package.Type, package.SourceName));
        foreach (var found in report.Vulnerabilities)
        {
            var rows = PackageRows(found.Package, found.InstalledVersion, found.PackageType ?? "unknown", source: null);
            packages.UnionWith(rows);
            vulnerabilities.Add(VulnerabilityRow(found.Id, rows[0], found.FixedVersion ?? ""));
        }

        Replace(packages,
            connection.Query("SELECT package FROM report_packages WHERE report = $1", row),
            package => connection.Execute("INSERT INTO report_packages (report, package) VALUES ($1, $2)", row, package),
            package => connection.Execute("DELETE FROM report_packages WHERE report = $1 AND package = $2", row, package));
        Replace(vulnerabilities,
            connection.Query("SELECT vulnerability FROM report_vulnerabilities WHERE report = $1", row),
            vulnerability => connection.Execute("INSERT INTO report_vulnerabilities (report, vulnerability) VALUES ($1, $2)", row, vulnerability),
            vulnerability => connection.Execute("DELETE FROM report_vulnerabilities WHERE report = $1 AND vulnerability = $2", row, vulnerability));
    }

    /// <summary>Replaces the summary where the report is still that one: its key may have had another since.</summary>
    public static void UpdateSummary(StoreConnection connection, Report report, ReadOnlyMemory<byte> summary) => connection.Execute(
        """
        UPDATE reports SET summary = $1
        WHERE kind = $2 AND scanner = $3 AND options = $4 AND registry = $5 AND repository = $6
          AND subject = (SELECT id FROM subjects WHERE digest = $7) AND created = $8
        """,
        summary.ToArray(), report.Key.Kind.Name, report.Key.Scanner, report.Key.Options, report.Key.Registry, report.Key.Repository,
        report.Key.Digest.ToString(), report.Created.UtcTicks);

    /// <summary>One that nobody uses yet has its time to live from now.</summary>
    private long SaveReport(Report report) => connection.Number(
        """
        INSERT INTO reports
          (subject, kind, scanner, options, registry, repository, scanner_version, tool_version, database_version, created, method, result, summary,
           unused_since)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (subject, kind, scanner, options, registry, repository) DO UPDATE SET
          scanner_version = excluded.scanner_version, tool_version = excluded.tool_version, database_version = excluded.database_version,
          created = excluded.created, method = excluded.method, result = excluded.result, summary = excluded.summary,
          unused_since = CASE WHEN EXISTS (SELECT 1 FROM report_uses WHERE report = reports.id) THEN NULL ELSE excluded.unused_since END
        RETURNING id
        """,
        SubjectRow(report.Key.Digest), report.Key.Kind.Name, report.Key.Scanner, report.Key.Options, report.Key.Registry, report.Key.Repository,
        report.Versions.Scanner, report.Versions.Tool, report.Versions.Database,
        report.Created.UtcTicks, report.Method, report.Result, report.Summary.ToArray(), now.UtcTicks);

    /// <summary>
    /// What a store of an earlier version kept of the same scanner is superseded, whatever its options; not where another registry has the digest, too: it
    /// may be that one's.
    /// </summary>
    private void DeleteWithoutOrigin(long row, ReportKey key)
    {
        if (key.Registry is "" or ReportKey.AnyRegistry) return;
        const string Superseded = """
            SELECT id FROM reports
            WHERE subject = (SELECT subject FROM reports WHERE id = $1) AND kind = $2 AND scanner = $3 AND registry = ''
              AND NOT EXISTS (
                SELECT 1 FROM image_digests d JOIN images i ON i.id = d.image
                WHERE d.digest = $4 AND substr(i.repository, 1, length($5)) <> $5)
            """;
        var host = ReportKey.WithoutScheme(key.Registry) + "/";
        foreach (var report in connection.Ids(Superseded, row, key.Kind.Name, key.Scanner, key.Digest.ToString(), host)) Delete(connection, report);
    }

    /// <summary>Deletes a report and what it alone has, but for packages and vulnerabilities.</summary>
    internal static void Delete(StoreConnection connection, long report)
    {
        var documents = connection.Ids("SELECT document FROM report_documents WHERE report = $1", report);
        connection.Execute("DELETE FROM report_documents WHERE report = $1", report);
        foreach (var document in documents) DeleteIfOrphan(connection, document);
        connection.Execute("DELETE FROM report_packages WHERE report = $1", report);
        connection.Execute("DELETE FROM report_vulnerabilities WHERE report = $1", report);
        connection.Execute("DELETE FROM report_uses WHERE report = $1", report);
        connection.Execute("DELETE FROM reports WHERE id = $1", report);
    }

    /// <summary>A digest that no resource has is kept from now for the time to live, e.g. where the report comes before the images.</summary>
    private long SubjectRow(Digest digest) => connection.Number(
        """
        INSERT INTO subjects (digest, unreferenced_since)
        VALUES ($1, CASE WHEN EXISTS (SELECT 1 FROM image_digests WHERE digest = $1) THEN NULL ELSE $2 END)
        ON CONFLICT (digest) DO UPDATE SET unreferenced_since = excluded.unreferenced_since
        RETURNING id
        """,
        digest.ToString(), now.UtcTicks);

    /// <summary>Replaces the documents of a report.</summary>
    /// <param name="connection">Inside the caller's transaction.</param>
    /// <param name="table">Which reports: <c>report_documents</c> or <c>resource_report_documents</c>.</param>
    /// <param name="report">The report's row.</param>
    /// <param name="documents">What it has now.</param>
    internal static void SaveDocuments(StoreConnection connection, string table, long report, IReadOnlyList<PackedDocument> documents)
    {
        var earlier = new List<long>();
        using (var rows = connection.Query($"SELECT document FROM {table} WHERE report = $1", report))
        {
            while (rows.Read()) earlier.Add(rows.GetInt64(0));
        }

        connection.Execute($"DELETE FROM {table} WHERE report = $1", report);
        foreach (var document in documents)
        {
            var row = connection.Scalar("SELECT id FROM documents WHERE digest = $1", document.Digest.ToString()) as long?
                ?? connection.Number(
                    "INSERT INTO documents (digest, size, content) VALUES ($1, $2, $3) RETURNING id",
                    document.Digest.ToString(), document.Size, document.Compressed);
            connection.Execute(
                $"INSERT INTO {table} (report, position, document, media_type) VALUES ($1, $2, $3, $4)",
                report, document.Position, row, document.MediaType);
        }

        foreach (var document in earlier) DeleteIfOrphan(connection, document);
    }

    /// <summary>Deletes a document that no report has any more.</summary>
    internal static void DeleteIfOrphan(StoreConnection connection, long document) => connection.Execute(
        """
        DELETE FROM documents WHERE id = $1
          AND NOT EXISTS (SELECT 1 FROM report_documents WHERE document = $1)
          AND NOT EXISTS (SELECT 1 FROM resource_report_documents WHERE document = $1)
        """,
        document);

    /// <summary>A row for each name under which the package is found, the canonical one first.</summary>
    private long[] PackageRows(string name, string version, string type, string? source) =>
        [.. PackageNames.Lookups(name, type, source).Select(lookup => PackageRow(lookup, name, version, type))];

    private long PackageRow(string lookup, string name, string version, string type)
    {
        return connection.Scalar("SELECT id FROM packages WHERE lookup = $1 AND version = $2 AND type = $3 AND name = $4", lookup, version, type, name) as long?
            ?? connection.Number("INSERT INTO packages (lookup, version, type, name) VALUES ($1, $2, $3, $4) RETURNING id", lookup, version, type, name);
    }

    private long VulnerabilityRow(string name, long package, string fixedVersion) =>
        connection.Scalar("SELECT id FROM vulnerabilities WHERE name = $1 AND package = $2 AND fixed = $3", name, package, fixedVersion) as long?
        ?? connection.Number("INSERT INTO vulnerabilities (name, package, fixed) VALUES ($1, $2, $3) RETURNING id", name, package, fixedVersion);

    private static void Replace(HashSet<long> wanted, SqliteDataReader present, Action<long> insert, Action<long> delete)
    {
        var gone = new List<long>();
        using (present)
        {
            while (present.Read())
            {
                var row = present.GetInt64(0);
                if (!wanted.Remove(row)) gone.Add(row);
            }
        }

        foreach (var row in wanted) insert(row);
        foreach (var row in gone) delete(row);
    }
}
