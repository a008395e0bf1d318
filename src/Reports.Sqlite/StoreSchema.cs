namespace RegistryOperator.Reports.Sqlite;

/// <summary>
/// The tables. A report belongs to a subject, the digest of a platform's manifest; its documents are kept by content, so that what is the same
/// in many images is kept once; packages and vulnerabilities are kept once too, and reports refer to them by number. A report over all images of a
/// resource, and what its repository's tags have named, belongs to the resource's name. Which
/// reports each resource uses is recorded beside its images.
/// </summary>
internal static class StoreSchema
{
    /// <summary>"ROPR", so that a file of another program is not taken for a store.</summary>
    public const int ApplicationId = 0x524F5052;

    /// <summary>What brings a file from a version of the schema, the index, to the next one.</summary>
    private static readonly string[] Migrations =
        [FirstVersion, ResourceReportRows.Tables, ReportOrigins + TagRows.Tables, ReportUseRows.Tables, TagRows.Memory];

    /// <summary>The version that this program reads and writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Brings a file to <see cref="Version"/>, whole or not at all.</summary>
    /// <exception cref="ReportStoreException">The file is of a later version, or of another program.</exception>
    public static void Migrate(StoreConnection connection, string path)
    {
        if (CheckVersion(connection, path) == Version) return;
        connection.InTransaction(() =>
        {
            // Asked again inside the transaction: another process may have done it meanwhile.
            for (var version = CheckVersion(connection, path); version < Version; version++)
            {
                connection.Run(Migrations[version]);
                connection.Run($"PRAGMA user_version = {version + 1}");
            }

            connection.Run($"PRAGMA application_id = {ApplicationId}");
        });
    }

    /// <summary>The version of the file's schema; 0 for an empty file.</summary>
    /// <exception cref="ReportStoreException">The file is of a later version, or of another program.</exception>
    public static int CheckVersion(StoreConnection connection, string path)
    {
        var version = (int)connection.Number("PRAGMA user_version");
        var isEmpty = connection.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && connection.Number("PRAGMA application_id") != ApplicationId)
            throw new ReportStoreException($"{path} is a database of another program: name another data directory, or move the file away.");
        return version <= Version
            ? version
            : throw new ReportStoreException(
                $"{path} was written by a later version of the operator (schema {version}, this one reads up to {Version}): " +
                "run that version, or move the file away; its reports are then made again by scanning.");
    }

    /// <summary>For a reader, which can't bring a file to the current version.</summary>
    /// <exception cref="ReportStoreException">The file is of another version, or of another program.</exception>
    public static bool CheckCurrent(StoreConnection connection, string path) => CheckVersion(connection, path) == Version
        ? true
        : throw new ReportStoreException(
            $"{path} was written by an earlier version of the operator: start this version's operator over it once, which brings it up to date.");

    /// <summary>
    /// The third version. SQLite can't change a constraint (<see href="https://www.sqlite.org/lang_altertable.html"/>), so that the table is copied.
    /// </summary>
    private const string ReportOrigins = """
        CREATE TABLE reports_with_origin (
          id INTEGER PRIMARY KEY,
          subject INTEGER NOT NULL,
          kind TEXT NOT NULL,
          scanner TEXT NOT NULL,
          options TEXT NOT NULL,
          registry TEXT NOT NULL,
          repository TEXT NOT NULL,
          scanner_version TEXT NOT NULL,
          tool_version TEXT,
          database_version TEXT,
          created INTEGER NOT NULL,
          method TEXT NOT NULL,
          result TEXT NOT NULL,
          summary BLOB NOT NULL,
          UNIQUE (subject, kind, scanner, options, registry, repository));
        INSERT INTO reports_with_origin
          SELECT id, subject, kind, scanner, options, '', '', scanner_version, tool_version, database_version, created, method, result, summary FROM reports;
        DROP TABLE reports;
        ALTER TABLE reports_with_origin RENAME TO reports;
        CREATE INDEX reports_created ON reports (created);
        """;

    private const string FirstVersion = """
        CREATE TABLE subjects (
          id INTEGER PRIMARY KEY,
          digest TEXT NOT NULL UNIQUE,
          unreferenced_since INTEGER);
        CREATE INDEX subjects_unreferenced ON subjects (unreferenced_since) WHERE unreferenced_since IS NOT NULL;

        CREATE TABLE reports (
          id INTEGER PRIMARY KEY,
          subject INTEGER NOT NULL,
          kind TEXT NOT NULL,
          scanner TEXT NOT NULL,
          options TEXT NOT NULL,
          scanner_version TEXT NOT NULL,
          tool_version TEXT,
          database_version TEXT,
          created INTEGER NOT NULL,
          method TEXT NOT NULL,
          result TEXT NOT NULL,
          summary BLOB NOT NULL,
          UNIQUE (subject, kind, scanner, options));
        CREATE INDEX reports_created ON reports (created);

        CREATE TABLE documents (
          id INTEGER PRIMARY KEY,
          digest TEXT NOT NULL UNIQUE,
          size INTEGER NOT NULL,
          content BLOB NOT NULL);
        CREATE TABLE report_documents (
          report INTEGER NOT NULL,
          position INTEGER NOT NULL,
          document INTEGER NOT NULL,
          media_type TEXT NOT NULL,
          PRIMARY KEY (report, position)) WITHOUT ROWID;
        CREATE INDEX report_documents_document ON report_documents (document);

        CREATE TABLE packages (
          id INTEGER PRIMARY KEY,
          lookup TEXT NOT NULL,
          name TEXT NOT NULL,
          version TEXT NOT NULL,
          type TEXT NOT NULL);
        CREATE UNIQUE INDEX packages_unique ON packages (lookup, version, type, name);
        CREATE TABLE report_packages (
          report INTEGER NOT NULL,
          package INTEGER NOT NULL,
          PRIMARY KEY (report, package)) WITHOUT ROWID;
        CREATE INDEX report_packages_package ON report_packages (package);

        CREATE TABLE vulnerabilities (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL COLLATE NOCASE,
          package INTEGER NOT NULL,
          fixed TEXT NOT NULL);
        CREATE UNIQUE INDEX vulnerabilities_unique ON vulnerabilities (name, package, fixed);
        CREATE INDEX vulnerabilities_package ON vulnerabilities (package);
        CREATE TABLE report_vulnerabilities (
          report INTEGER NOT NULL,
          vulnerability INTEGER NOT NULL,
          PRIMARY KEY (report, vulnerability)) WITHOUT ROWID;
        CREATE INDEX report_vulnerabilities_vulnerability ON report_vulnerabilities (vulnerability);

        CREATE TABLE resources (
          id INTEGER PRIMARY KEY,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          UNIQUE (namespace, name));
        CREATE TABLE images (
          id INTEGER PRIMARY KEY,
          resource INTEGER NOT NULL,
          repository TEXT NOT NULL,
          path TEXT NOT NULL,
          tag TEXT NOT NULL,
          digest TEXT NOT NULL,
          first_seen TEXT,
          workloads TEXT NOT NULL,
          UNIQUE (resource, repository, tag));
        CREATE INDEX images_tag ON images (tag);
        CREATE TABLE image_digests (
          digest TEXT NOT NULL,
          image INTEGER NOT NULL,
          platform TEXT NOT NULL,
          PRIMARY KEY (digest, image, platform)) WITHOUT ROWID;
        CREATE INDEX image_digests_image ON image_digests (image);
        """;
}
