using System.Text.Json;
using Microsoft.Data.Sqlite;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Reads reports and their documents.</summary>
internal static class ReportReading
{
    /// <summary>Digests in one query, as one parameter: many enough to be fast, few enough to be small.</summary>
    public const int DigestsAtATime = 1000;

    /// <summary>The key of a report <c>r</c> of a subject <c>s</c>, as <see cref="ReadKey"/> takes it from the first columns of a row.</summary>
    public const string KeyColumns = "s.digest, r.kind, r.scanner, r.options, r.registry, r.repository";

    /// <summary>How many columns that are: the number of the next one.</summary>
    public const int KeyColumnCount = 6;

    private const string DocumentsOf = """
        FROM reports r
        JOIN subjects s ON s.id = r.subject
        JOIN report_documents rd ON rd.report = r.id
        JOIN documents d ON d.id = rd.document
        WHERE s.digest = $1 AND r.kind = $2 AND r.scanner = $3 AND r.options = $4 AND r.registry = $5 AND r.repository = $6
        """;

    public static List<Report> Find(StoreConnection connection, IReadOnlyCollection<Digest> digests)
    {
        var reports = new List<Report>(digests.Count);
        foreach (var some in digests.Distinct().Chunk(DigestsAtATime))
        {
            using var rows = connection.Query(
                $"""
                SELECT {KeyColumns}, r.scanner_version, r.tool_version, r.database_version, r.created, r.method, r.result, r.summary
                FROM json_each($1) wanted
                JOIN subjects s ON s.digest = wanted.value
                JOIN reports r ON r.subject = s.id
                """,
                JsonList.Write(some.Select(digest => digest.ToString())));
            while (rows.Read()) reports.Add(ReadReport(rows));
        }

        return reports;
    }

    /// <summary>Reports with the resources that have their digest and use them.</summary>
    public static List<UsedReport> FindUsed(StoreConnection connection, IReadOnlyCollection<Digest> digests)
    {
        var users = new Dictionary<ReportKey, List<ResourceName>>();
        foreach (var some in digests.Distinct().Chunk(DigestsAtATime))
        {
            using var rows = connection.Query(
                $"""
                SELECT DISTINCT {KeyColumns}, o.namespace, o.name
                FROM json_each($1) wanted
                JOIN subjects s ON s.digest = wanted.value
                JOIN reports r ON r.subject = s.id
                JOIN image_digests d ON d.digest = s.digest
                JOIN images i ON i.id = d.image
                JOIN resources o ON o.id = i.resource
                WHERE {ReportUseRows.IsUsed}
                """,
                JsonList.Write(some.Select(digest => digest.ToString())));
            while (rows.Read())
            {
                var key = ReadKey(rows);
                if (!users.TryGetValue(key, out var resources)) users.Add(key, resources = []);
                resources.Add(new ResourceName(rows.GetString(6), rows.GetString(7)));
            }
        }

        return Find(connection, digests).ConvertAll(report => new UsedReport(report, users.GetValueOrDefault(report.Key, [])));
    }

    public static List<ReportDocument> ReadDocuments(StoreConnection connection, ReportKey key)
    {
        var documents = new List<ReportDocument>();
        using var rows = connection.Query(
            $"SELECT rd.media_type, d.size, d.content, d.digest {DocumentsOf} AND rd.position >= 0 ORDER BY rd.position",
            Parameters(key));
        while (rows.Read())
        {
            var content = DocumentCompression.Decompress(rows.GetFieldValue<byte[]>(2), rows.GetInt64(1), Digest.Parse(rows.GetString(3)));
            documents.Add(new ReportDocument(rows.GetString(0), content));
        }

        return documents;
    }

    public static List<StoredDocument> ListDocuments(StoreConnection connection, ReportKey key)
    {
        var documents = new List<StoredDocument>();
        using var rows = connection.Query(
            $"SELECT d.digest, rd.media_type, d.size {DocumentsOf} AND rd.position >= 0 ORDER BY rd.position",
            Parameters(key));
        while (rows.Read()) documents.Add(new StoredDocument(Digest.Parse(rows.GetString(0)), rows.GetString(1), rows.GetInt64(2)));
        return documents;
    }

    public static byte[]? ReadStored(StoreConnection connection, Digest document) =>
        connection.Scalar("SELECT content FROM documents WHERE digest = $1", document.ToString()) as byte[];

    public static IReadOnlyList<Vulnerability> ReadVulnerabilities(StoreConnection connection, ReportKey key)
    {
        using var rows = connection.Query(
            $"SELECT d.size, d.content, d.digest {DocumentsOf} AND rd.position = {PackedDocument.VulnerabilitiesPosition}",
            Parameters(key));
        if (!rows.Read()) return [];
        try
        {
            return StoredVulnerabilities.Read(DocumentCompression.Decompress(
                rows.GetFieldValue<byte[]>(1), rows.GetInt64(0), Digest.Parse(rows.GetString(2))));
        }
        catch (JsonException invalid)
        {
            throw new ReportStoreException($"The stored vulnerabilities of {key.Digest} can't be read ({invalid.Message}): scan the image again.", invalid);
        }
    }

    public static Dictionary<string, int> CountPackages(StoreConnection connection, ReportKey key)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        // A package has a row for each name under which it is found.
        using var rows = connection.Query(
            """
            SELECT type, count(*)
            FROM (
              SELECT DISTINCT p.type, p.name, p.version
              FROM reports r
              JOIN subjects s ON s.id = r.subject
              JOIN report_packages rp ON rp.report = r.id
              JOIN packages p ON p.id = rp.package
              WHERE s.digest = $1 AND r.kind = $2 AND r.scanner = $3 AND r.options = $4 AND r.registry = $5 AND r.repository = $6)
            GROUP BY type
            """,
            Parameters(key));
        while (rows.Read()) counts.Add(rows.GetString(0), rows.GetInt32(1));
        return counts;
    }

    /// <summary>The key in a row that begins with <see cref="KeyColumns"/>.</summary>
    public static ReportKey ReadKey(SqliteDataReader row) =>
        new(Digest.Parse(row.GetString(0)), new ScannerKind(row.GetString(1)), row.GetString(2), row.GetString(3))
        {
            Registry = row.GetString(4),
            Repository = row.GetString(5),
        };

    private static object[] Parameters(ReportKey key) =>
        [key.Digest.ToString(), key.Kind.Name, key.Scanner, key.Options, key.Registry, key.Repository];

    private static Report ReadReport(SqliteDataReader row) => new()
    {
        Key = ReadKey(row),
        Versions = new ReportVersions(row.GetString(6), row.GetStringOrNull(7), row.GetStringOrNull(8)),
        Created = new DateTimeOffset(row.GetInt64(9), TimeSpan.Zero),
        Method = row.GetString(10),
        Result = row.GetString(11),
        Summary = row.GetFieldValue<byte[]>(12),
    };
}
