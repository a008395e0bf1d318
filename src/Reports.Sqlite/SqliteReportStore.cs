using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>
/// Reports in one SQLite file. SQLite's calls block, so all run on threads of the pool; there is one connection that writes and a few that read
/// beside it. A process that is killed loses nothing that was saved.
/// </summary>
public sealed class SqliteReportStore : IReportStore
{
    /// <summary>The file's name in the data directory; beside it are SQLite's own <c>-wal</c> and <c>-shm</c>.</summary>
    public const string FileName = "reports.db";

    private readonly ReportLimits _limits;
    private readonly TimeProvider _time;
    private readonly StoreReaders _readers;
    private readonly StoreWriter? _writer;
    private bool _isDisposed;

    private SqliteReportStore(SqliteReportStoreOptions options, TimeProvider time, string path, StoreConnection? writer)
    {
        _limits = options.Limits;
        _time = time;
        _readers = new StoreReaders(path, options.LockTimeout);
        _writer = writer is null ? null : new StoreWriter(writer, path);
    }

    private StoreWriter Writer => _writer ?? throw new InvalidOperationException("The store was opened to read.");

    /// <summary>Opens the store; creates it where there is none, sets a damaged one aside, migrates an older one to the current schema.</summary>
    /// <exception cref="ReportStoreMissingException">It was opened read-only, and there is none.</exception>
    /// <exception cref="ReportStoreException">It can't be used; the message says what to do.</exception>
    public static async Task<SqliteReportStore> OpenAsync(
        SqliteReportStoreOptions options, TimeProvider time, ILogger<SqliteReportStore> logger, CancellationToken cancellationToken)
    {
        var file = new StoreFile(options, time, logger);
        if (!options.IsReadOnly) return new SqliteReportStore(options, time, file.Path, await Task.Run(file.OpenForWriting, cancellationToken));

        if (!File.Exists(file.Path))
        {
            throw new ReportStoreMissingException(
                $"There are no reports in {options.DataDirectory}: name the operator's data directory, or scan first.");
        }

        var store = new SqliteReportStore(options, time, file.Path, writer: null);
        try
        {
            await store._readers.ReadAsync(connection => StoreSchema.CheckCurrent(connection, file.Path), cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task SaveAsync(NewReport report, CancellationToken cancellationToken)
    {
        // Compressed before the write begins, so that others save meanwhile.
        var documents = await Task.Run(() => Pack(report), cancellationToken);
        await Writer.WriteAsync(connection => new ReportWriting(connection, _time.GetUtcNow()).Save(report, documents), cancellationToken);
    }

    /// <inheritdoc/>
    public Task UpdateSummaryAsync(Report report, ReadOnlyMemory<byte> summary, CancellationToken cancellationToken) =>
        Writer.WriteAsync(connection => ReportWriting.UpdateSummary(connection, report, summary), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Report>> FindAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken) =>
        digests.Count == 0 ? [] : await _readers.ReadAsync(connection => ReportReading.Find(connection, digests), cancellationToken);

    /// <inheritdoc/>
    public Task SetUsesAsync(ResourceName resource, ReportUses uses, CancellationToken cancellationToken) =>
        Writer.WriteAsync(connection => { ReportUseRows.Set(connection, resource, uses, _time.GetUtcNow()); }, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<ReportKey>> FindUsesAsync(ResourceName resource, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ReportUseRows.Find(connection, resource), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UsedReport>> FindUsedAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken) =>
        digests.Count == 0 ? [] : await _readers.ReadAsync(connection => ReportReading.FindUsed(connection, digests), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReportDocument>> ReadDocumentsAsync(ReportKey key, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ReportReading.ReadDocuments(connection, key), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredDocument>> ListDocumentsAsync(ReportKey key, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ReportReading.ListDocuments(connection, key), cancellationToken);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadStoredDocumentAsync(Digest document, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ReportReading.ReadStored(connection, document), cancellationToken) is { } content
            ? new ReadOnlyMemory<byte>(content)
            : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Vulnerability>> ReadVulnerabilitiesAsync(ReportKey key, CancellationToken cancellationToken) =>
        _readers.ReadAsync(connection => ReportReading.ReadVulnerabilities(connection, key), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, int>> CountPackagesAsync(ReportKey key, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ReportReading.CountPackages(connection, key), cancellationToken);

    /// <inheritdoc/>
    public Task SetImagesAsync(ResourceName resource, IReadOnlyList<StoredImage> images, CancellationToken cancellationToken) =>
        Writer.WriteAsync(connection => new ImageRows(connection).Set(resource, images, _time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredImage>> GetImagesAsync(ResourceName resource, CancellationToken cancellationToken) =>
        _readers.ReadAsync(connection => new ImageRows(connection).Get(resource), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FoundImage>> FindImagesAsync(string name, CancellationToken cancellationToken) =>
        _readers.ReadAsync(connection => ImageFinding.Find(connection, name), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnownRepository>> FindRepositoriesAsync(CancellationToken cancellationToken) =>
        await _readers.ReadAsync(RepositoryRows.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> FindPackageAsync(string name, string? versionRange, CancellationToken cancellationToken)
    {
        var range = VersionRange.Parse(versionRange ?? "");
        return _readers.ReadAsync(connection => Searching.FindPackage(connection, name, range), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> FindVulnerabilityAsync(string id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(connection => Searching.FindVulnerability(connection, id), cancellationToken);

    /// <inheritdoc/>
    public async Task<ResourceReport> SaveAsync(ResourceReport report, IReadOnlyList<ReportDocument> documents, CancellationToken cancellationToken)
    {
        var packed = await Task.Run(() => ResourceReportRows.Pack(report, documents, _limits), cancellationToken);
        await Writer.WriteAsync(connection => { ResourceReportRows.Save(connection, report, packed); }, cancellationToken);
        return report with { Documents = ResourceReportRows.Shown(packed) };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResourceReport>> FindOfResourceAsync(ResourceName resource, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ResourceReportRows.Find(connection, resource), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReportDocument>> ReadDocumentsAsync(ResourceReportKey key, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => ResourceReportRows.ReadDocuments(connection, key), cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(ResourceName resource, CancellationToken cancellationToken) =>
        Writer.WriteAsync(
            connection =>
            {
                ResourceReportRows.DeleteOf(connection, resource);
                TagRows.DeleteOf(connection, resource);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task RecordTagsAsync(SeenTags seen, CancellationToken cancellationToken) =>
        Writer.WriteAsync(connection => { TagRows.Record(connection, seen); }, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>> ReadTagHistoryAsync(
        ResourceName resource, string repository, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => TagRows.Read(connection, resource, repository), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RememberedTag>> ReadTagsAsync(
        ResourceName resource, string repository, string registry, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => TagMemory.Read(connection, resource, repository, registry), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TagHistory>> FindTagHistoryAsync(string repository, string? tag, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection => TagMemory.Find(connection, repository, tag), cancellationToken);

    /// <inheritdoc/>
    public Task<int> CollectGarbageAsync(CancellationToken cancellationToken) => new GarbageCollection(Writer, _limits, _time).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _readers.DisposeAsync();
        if (_writer is not null) await _writer.DisposeAsync();
    }

    private List<PackedDocument> Pack(NewReport report)
    {
        var about = $"{report.Report.Key.Scanner} for {report.Report.Key.Digest}";
        var packed = new List<PackedDocument>(report.Documents.Count + 1);
        for (var i = 0; i < report.Documents.Count; i++) Add(i, report.Documents[i].MediaType, report.Documents[i].Content.Span);
        if (report.Vulnerabilities.Count > 0)
            Add(PackedDocument.VulnerabilitiesPosition, StoredVulnerabilities.MediaType, StoredVulnerabilities.Write(report.Vulnerabilities));
        return packed;

        void Add(int position, string mediaType, ReadOnlySpan<byte> content) => packed.Add(PackedDocument.Pack(position, mediaType, content, _limits, about));
    }
}
