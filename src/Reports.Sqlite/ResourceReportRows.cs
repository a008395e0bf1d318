using Microsoft.Data.Sqlite;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Reports over all images of a resource. Their documents, and their own content as one more, are kept where those of images are.</summary>
internal static class ResourceReportRows
{
    /// <summary>The second version of the schema.</summary>
    public const string Tables = """
        CREATE TABLE resource_reports (
          id INTEGER PRIMARY KEY,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          kind TEXT NOT NULL,
          scanner TEXT NOT NULL,
          subject TEXT NOT NULL,
          options TEXT NOT NULL,
          scanner_version TEXT NOT NULL,
          tool_version TEXT,
          database_version TEXT,
          inputs TEXT NOT NULL,
          tags TEXT NOT NULL,
          created INTEGER NOT NULL,
          result TEXT NOT NULL,
          UNIQUE (namespace, name, kind, scanner));
        CREATE TABLE resource_report_documents (
          report INTEGER NOT NULL,
          position INTEGER NOT NULL,
          document INTEGER NOT NULL,
          media_type TEXT NOT NULL,
          PRIMARY KEY (report, position)) WITHOUT ROWID;
        CREATE INDEX resource_report_documents_document ON resource_report_documents (document);
        """;

    private const string DocumentsTable = "resource_report_documents";

    private const string ContentType = "application/vnd.registry-operator.resource-report+json";

    /// <summary>Before the first document.</summary>
    private const int ContentPosition = -1;

    /// <exception cref="ReportTooLargeException">A document is larger than the store takes.</exception>
    public static List<PackedDocument> Pack(ResourceReport report, IReadOnlyList<ReportDocument> documents, ReportLimits limits)
    {
        var about = $"{report.Key.Scanner} for {report.Key.Resource}";
        return
        [
            PackedDocument.Pack(ContentPosition, ContentType, report.Content.Span, limits, about),
            .. documents.Select((document, index) => PackedDocument.Pack(index, document.MediaType, document.Content.Span, limits, about)),
        ];
    }

    /// <summary>The documents without the report's own content.</summary>
    public static IReadOnlyList<StoredDocument> Shown(IEnumerable<PackedDocument> documents) =>
    [
        .. documents.Where(document => document.Position != ContentPosition)
            .Select(document => new StoredDocument(document.Digest, document.MediaType, document.Size)),
    ];

    public static void Save(StoreConnection connection, ResourceReport report, IReadOnlyList<PackedDocument> documents)
    {
        var row = connection.Number(
            """
            INSERT INTO resource_reports
              (namespace, name, kind, scanner, subject, options, scanner_version, tool_version, database_version, inputs, tags, created, result)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (namespace, name, kind, scanner) DO UPDATE SET
              subject = excluded.subject, options = excluded.options, scanner_version = excluded.scanner_version, tool_version = excluded.tool_version,
              database_version = excluded.database_version, inputs = excluded.inputs, tags = excluded.tags, created = excluded.created, result = excluded.result
            RETURNING id
            """,
            report.Key.Resource.Namespace, report.Key.Resource.Name, report.Key.Kind.Name, report.Key.Scanner, report.Subject, report.Options,
            report.Versions.Scanner, report.Versions.Tool, report.Versions.Database, report.Inputs, report.Tags, report.Created.UtcTicks, report.Result);
        ReportWriting.SaveDocuments(connection, DocumentsTable, row, documents);
    }

    public static List<ResourceReport> Find(StoreConnection connection, ResourceName resource)
    {
        var documents = ListDocuments(connection, resource);
        var reports = new List<ResourceReport>();
        using var rows = connection.Query(
            """
            SELECT r.id, r.kind, r.scanner, r.subject, r.options, r.scanner_version, r.tool_version, r.database_version, r.inputs, r.tags, r.created, r.result,
              d.size, d.content
            FROM resource_reports r
            JOIN resource_report_documents rd ON rd.report = r.id AND rd.position = $3
            JOIN documents d ON d.id = rd.document
            WHERE r.namespace = $1 AND r.name = $2 ORDER BY r.kind, r.scanner
            """,
            resource.Namespace, resource.Name, ContentPosition);
        while (rows.Read()) reports.Add(Read(rows, resource) with { Documents = [.. documents[rows.GetInt64(0)]] });
        return reports;
    }

    public static List<ReportDocument> ReadDocuments(StoreConnection connection, ResourceReportKey key)
    {
        var documents = new List<ReportDocument>();
        using var rows = connection.Query(
            """
            SELECT rd.media_type, d.size, d.content, d.digest
            FROM resource_reports r
            JOIN resource_report_documents rd ON rd.report = r.id
            JOIN documents d ON d.id = rd.document
            WHERE r.namespace = $1 AND r.name = $2 AND r.kind = $3 AND r.scanner = $4 AND rd.position > $5 ORDER BY rd.position
            """,
            key.Resource.Namespace, key.Resource.Name, key.Kind.Name, key.Scanner, ContentPosition);
        while (rows.Read())
        {
            var content = DocumentCompression.Decompress(rows.GetFieldValue<byte[]>(2), rows.GetInt64(1), Digest.Parse(rows.GetString(3)));
            documents.Add(new ReportDocument(rows.GetString(0), content));
        }

        return documents;
    }

    /// <summary>Deletes all of a resource.</summary>
    public static void DeleteOf(StoreConnection connection, ResourceName resource)
    {
        var reports = connection.Ids("SELECT id FROM resource_reports WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name);
        foreach (var report in reports) Delete(connection, report);
    }

    public static void Delete(StoreConnection connection, long report)
    {
        ReportWriting.SaveDocuments(connection, DocumentsTable, report, []);
        connection.Execute("DELETE FROM resource_reports WHERE id = $1", report);
    }

    private static ILookup<long, StoredDocument> ListDocuments(StoreConnection connection, ResourceName resource)
    {
        var documents = new List<(long Report, StoredDocument Document)>();
        using var rows = connection.Query(
            """
            SELECT r.id, d.digest, rd.media_type, d.size
            FROM resource_reports r
            JOIN resource_report_documents rd ON rd.report = r.id
            JOIN documents d ON d.id = rd.document
            WHERE r.namespace = $1 AND r.name = $2 AND rd.position > $3 ORDER BY r.id, rd.position
            """,
            resource.Namespace, resource.Name, ContentPosition);
        while (rows.Read()) documents.Add((rows.GetInt64(0), new StoredDocument(Digest.Parse(rows.GetString(1)), rows.GetString(2), rows.GetInt64(3))));
        return documents.ToLookup(one => one.Report, one => one.Document);
    }

    private static ResourceReport Read(SqliteDataReader row, ResourceName resource) => new()
    {
        Key = new ResourceReportKey(resource, new ScannerKind(row.GetString(1)), row.GetString(2)),
        Subject = row.GetString(3),
        Options = row.GetString(4),
        Versions = new ReportVersions(row.GetString(5), row.GetStringOrNull(6), row.GetStringOrNull(7)),
        Inputs = row.GetString(8),
        Tags = row.GetString(9),
        Created = new DateTimeOffset(row.GetInt64(10), TimeSpan.Zero),
        Result = row.GetString(11),
        Content = DocumentCompression.Decompress(row.GetFieldValue<byte[]>(13), row.GetInt64(12)),
    };
}
