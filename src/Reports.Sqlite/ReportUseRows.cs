using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Which reports each resource uses.</summary>
internal static class ReportUseRows
{
    /// <summary>
    /// True for an image <c>i</c> and a report <c>r</c> of one of its digests that its resource uses or, where none of its uses were recorded, may use:
    /// what was
    /// learnt from the image's own registry and, where that counts, repository.
    /// </summary>
    public const string IsUsed = $"""
        (EXISTS (SELECT 1 FROM report_uses u WHERE u.resource = i.resource AND u.report = r.id)
          OR (EXISTS (SELECT 1 FROM resources o WHERE o.id = i.resource AND o.records_uses = 0) AND {MayBeAbout}))
        """;

    /// <summary>The fourth version of the schema. What resources used before is not known: all that may be about their images, until their next
    /// round.</summary>
    public const string Tables = $"""
        CREATE TABLE report_uses (
          resource INTEGER NOT NULL,
          report INTEGER NOT NULL,
          PRIMARY KEY (resource, report)) WITHOUT ROWID;
        CREATE INDEX report_uses_report ON report_uses (report);
        ALTER TABLE resources ADD COLUMN records_uses INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE reports ADD COLUMN unused_since INTEGER;
        CREATE INDEX reports_unused ON reports (unused_since) WHERE unused_since IS NOT NULL;
        INSERT INTO report_uses (resource, report)
          SELECT DISTINCT i.resource, r.id FROM reports r
          JOIN subjects s ON s.id = r.subject
          JOIN image_digests d ON d.digest = s.digest
          JOIN images i ON i.id = d.image AND {MayBeAbout};
        UPDATE resources SET records_uses = 1;
        UPDATE reports SET unused_since = CAST((julianday('now') - 1721425.5) * 864000000000 AS INTEGER)
          WHERE NOT EXISTS (SELECT 1 FROM report_uses WHERE report = reports.id);
        """;

    private const string MayBeAbout = """
        (r.registry IN ('', '*') OR (
          substr(i.repository, 1, length(r.registry) - instr(r.registry, '://') - 1) = substr(r.registry, instr(r.registry, '://') + 3) || '/'
          AND (r.repository = '' OR substr(r.repository, -length(i.repository)) = i.repository)))
        """;

    /// <summary>Records what a resource uses. Only what changed is written.</summary>
    public static void Set(StoreConnection connection, ResourceName resource, ReportUses uses, DateTimeOffset now)
    {
        var row = ResourceRow(connection, resource);
        var present = Read(connection, row);
        var asked = uses.Keys.ToHashSet();
        var gained = FindReports(connection, asked.Where(key => !present.ContainsKey(key)));
        // What has no report of the new key yet is shown by the old one.
        var found = asked.Where(key => present.ContainsKey(key) || gained.ContainsKey(key)).Select(PlaceOf).ToHashSet();
        var awaited = asked.Select(PlaceOf).Where(place => !found.Contains(place)).ToHashSet();
        var digests = new Lazy<HashSet<string>>(() => DigestsOf(connection, row));
        foreach (var (key, report) in present)
        {
            if (asked.Contains(key) || Stays(key)) continue;
            connection.Execute("DELETE FROM report_uses WHERE resource = $1 AND report = $2", row, report);
            NoteUnused(connection, report, now);
        }

        foreach (var report in gained.Values)
        {
            connection.Execute("INSERT INTO report_uses (resource, report) VALUES ($1, $2)", row, report);
            connection.Execute("UPDATE reports SET unused_since = NULL WHERE id = $1 AND unused_since IS NOT NULL", report);
        }

        bool Stays(ReportKey key)
        {
            if (!digests.Value.Contains(key.Digest.ToString())) return false;
            return !uses.Seen.Contains(key.Digest) || uses.Kept.Contains((key.Kind, key.Scanner)) || awaited.Contains(PlaceOf(key));
        }
    }

    public static HashSet<ReportKey> Find(StoreConnection connection, ResourceName resource) =>
        connection.Scalar("SELECT id FROM resources WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name) is long row
            ? [.. Read(connection, row).Keys]
            : [];

    /// <summary>Forgets what a resource uses whose row is about to go: the number may be another's next.</summary>
    public static void DeleteOf(StoreConnection connection, long resource, DateTimeOffset now)
    {
        var reports = connection.Ids("SELECT report FROM report_uses WHERE resource = $1", resource);
        connection.Execute("DELETE FROM report_uses WHERE resource = $1", resource);
        foreach (var report in reports) NoteUnused(connection, report, now);
    }

    private static void NoteUnused(StoreConnection connection, long report, DateTimeOffset now) => connection.Execute(
        """
        UPDATE reports SET unused_since = $2
        WHERE id = $1 AND unused_since IS NULL AND NOT EXISTS (SELECT 1 FROM report_uses WHERE report = $1)
        """,
        report, now.UtcTicks);

    /// <summary>A resource has one report of a scanner for each digest.</summary>
    private static (Digest Digest, ScannerKind Kind, string Scanner) PlaceOf(ReportKey key) => (key.Digest, key.Kind, key.Scanner);

    private static long ResourceRow(StoreConnection connection, ResourceName resource)
    {
        const string Recorded = "SELECT id FROM resources WHERE namespace = $1 AND name = $2 AND records_uses = 1";
        return connection.Scalar(Recorded, resource.Namespace, resource.Name) as long? ?? connection.Number(
            """
            INSERT INTO resources (namespace, name, records_uses) VALUES ($1, $2, 1)
            ON CONFLICT (namespace, name) DO UPDATE SET records_uses = 1 RETURNING id
            """,
            resource.Namespace, resource.Name);
    }

    private static HashSet<string> DigestsOf(StoreConnection connection, long resource)
    {
        var digests = new HashSet<string>(StringComparer.Ordinal);
        using var rows = connection.Query("SELECT d.digest FROM images i JOIN image_digests d ON d.image = i.id WHERE i.resource = $1", resource);
        while (rows.Read()) digests.Add(rows.GetString(0));
        return digests;
    }

    private static Dictionary<ReportKey, long> FindReports(StoreConnection connection, IEnumerable<ReportKey> keys)
    {
        var wanted = keys.ToHashSet();
        var found = new Dictionary<ReportKey, long>(wanted.Count);
        foreach (var some in wanted.Select(key => key.Digest.ToString()).Distinct(StringComparer.Ordinal).Chunk(ReportReading.DigestsAtATime))
        {
            using var rows = connection.Query(
                $"""
                SELECT {ReportReading.KeyColumns}, r.id
                FROM json_each($1) wanted
                JOIN subjects s ON s.digest = wanted.value
                JOIN reports r ON r.subject = s.id
                """,
                JsonList.Write(some));
            while (rows.Read())
            {
                var key = ReportReading.ReadKey(rows);
                if (wanted.Contains(key)) found[key] = rows.GetInt64(ReportReading.KeyColumnCount);
            }
        }

        return found;
    }

    private static Dictionary<ReportKey, long> Read(StoreConnection connection, long resource)
    {
        var uses = new Dictionary<ReportKey, long>();
        using var rows = connection.Query(
            $"""
            SELECT {ReportReading.KeyColumns}, r.id
            FROM report_uses u JOIN reports r ON r.id = u.report JOIN subjects s ON s.id = r.subject WHERE u.resource = $1
            """,
            resource);
        while (rows.Read()) uses[ReportReading.ReadKey(rows)] = rows.GetInt64(ReportReading.KeyColumnCount);
        return uses;
    }
}
