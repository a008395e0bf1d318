namespace RegistryOperator.Reports.Sqlite;

/// <summary>Deletes expired reports, then the oldest ones above the size limit: in small batches, between which reports can be saved.</summary>
internal sealed class GarbageCollection(StoreWriter writer, ReportLimits limits, TimeProvider time)
{
    private const int ReportsAtATime = 50;
    private const int RowsAtATime = 2000;
    private const int PagesAtATime = 2000;

    /// <returns>How many reports were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await BelieveNoFutureAsync(cancellationToken);
        var deleted = await DeleteUnreferencedAsync(cancellationToken) + await DeleteUnusedAsync(cancellationToken)
            + await DeleteBeyondSizeAsync(cancellationToken);
        // In this order, for a vulnerability holds its package.
        await SweepAsync("vulnerabilities", VulnerabilitiesSweep, cancellationToken);
        await SweepAsync("packages", PackagesSweep, cancellationToken);
        await ShrinkAsync(cancellationToken);
        return deleted;
    }

    /// <summary>A clock that was ahead and set back leaves times that would keep reports for ever, and the youngest above all: they count from now.</summary>
    private Task BelieveNoFutureAsync(CancellationToken cancellationToken) => writer.WriteAsync(
        connection =>
        {
            var now = time.GetUtcNow().UtcTicks;
            connection.Execute("UPDATE subjects SET unreferenced_since = $1 WHERE unreferenced_since > $1", now);
            connection.Execute("UPDATE reports SET created = $1 WHERE created > $1", now);
            connection.Execute("UPDATE reports SET unused_since = $1 WHERE unused_since > $1", now);
            connection.Execute("UPDATE resource_reports SET created = $1 WHERE created > $1", now);
        },
        cancellationToken);

    private async Task<int> DeleteUnreferencedAsync(CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - limits.TimeToLive).UtcTicks;
        var deleted = 0;
        while (true)
        {
            var (subjects, reports) = await writer.WriteAsync(
                connection =>
                {
                    var some = connection.Ids(
                        $"SELECT id FROM subjects WHERE unreferenced_since <= $1 ORDER BY unreferenced_since LIMIT {ReportsAtATime}", before);
                    var count = 0;
                    foreach (var subject in some)
                    {
                        foreach (var report in connection.Ids("SELECT id FROM reports WHERE subject = $1", subject))
                        {
                            ReportWriting.Delete(connection, report);
                            count++;
                        }

                        connection.Execute("DELETE FROM subjects WHERE id = $1", subject);
                    }

                    return (some.Count, count);
                },
                cancellationToken);
            deleted += reports;
            if (subjects == 0) return deleted;
        }
    }

    /// <summary>Superseded reports of digests that resources have: made with options or Secrets that none has any more, or of a scanner that none asks
    /// for.</summary>
    private async Task<int> DeleteUnusedAsync(CancellationToken cancellationToken)
    {
        // Of a resource whose uses were not recorded, nobody knows that it does not use it.
        const string Unused = """
            SELECT r.id FROM reports r JOIN subjects s ON s.id = r.subject
            WHERE r.unused_since <= $1 AND s.unreferenced_since IS NULL AND NOT EXISTS (SELECT 1 FROM report_uses WHERE report = r.id)
              AND NOT EXISTS (
                SELECT 1 FROM image_digests d JOIN images i ON i.id = d.image JOIN resources o ON o.id = i.resource
                WHERE d.digest = s.digest AND o.records_uses = 0)
            ORDER BY r.unused_since LIMIT $2
            """;
        var before = (time.GetUtcNow() - limits.TimeToLive).UtcTicks;
        var deleted = 0;
        while (true)
        {
            var some = await writer.WriteAsync(
                connection =>
                {
                    var reports = connection.Ids(Unused, before, ReportsAtATime);
                    foreach (var report in reports) Delete(connection, report);
                    return reports.Count;
                },
                cancellationToken);
            deleted += some;
            if (some == 0) return deleted;
        }
    }

    /// <summary>Deletes a report, and its subject where that has no other.</summary>
    private static void Delete(StoreConnection connection, long report)
    {
        var subject = connection.Number("SELECT subject FROM reports WHERE id = $1", report);
        ReportWriting.Delete(connection, report);
        connection.Execute("DELETE FROM subjects WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM reports WHERE subject = $1)", subject);
    }

    private async Task<int> DeleteBeyondSizeAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        while (true)
        {
            var some = await writer.WriteAsync(
                connection =>
                {
                    var count = 0;
                    while (count < ReportsAtATime && UsedBytes(connection) > limits.MaximumTotalBytes)
                    {
                        if (!DeleteOldest(connection)) break;
                        count++;
                    }

                    return count;
                },
                cancellationToken);
            deleted += some;
            if (some == 0) return deleted;
        }
    }

    /// <returns>False where there is none.</returns>
    private static bool DeleteOldest(StoreConnection connection)
    {
        // Whether one image or all images of a resource: what is older goes first.
        const string Older = "SELECT id FROM resource_reports WHERE created < (SELECT ifnull(min(created), $1) FROM reports) ORDER BY created, id LIMIT 1";
        if (connection.Ids(Older, long.MaxValue) is [var ofResource])
        {
            ResourceReportRows.Delete(connection, ofResource);
            return true;
        }

        if (connection.Ids("SELECT id FROM reports ORDER BY created, id LIMIT 1") is not [var oldest]) return false;
        Delete(connection, oldest);
        return true;
    }

    private const string VulnerabilitiesSweep = """
        DELETE FROM vulnerabilities
        WHERE id > $1 AND id <= $2 AND NOT EXISTS (SELECT 1 FROM report_vulnerabilities WHERE vulnerability = vulnerabilities.id)
        """;

    private const string PackagesSweep = """
        DELETE FROM packages
        WHERE id > $1 AND id <= $2 AND NOT EXISTS (SELECT 1 FROM report_packages WHERE package = packages.id)
          AND NOT EXISTS (SELECT 1 FROM vulnerabilities WHERE package = packages.id)
        """;

    /// <summary>Goes through a table once by its ids, so that each batch costs the same.</summary>
    private async Task SweepAsync(string table, string sweep, CancellationToken cancellationToken)
    {
        var last = await writer.RunAsync(connection => connection.Number($"SELECT ifnull(max(id), 0) FROM {table}"), cancellationToken);
        for (var after = 0L; after < last; after += RowsAtATime)
        {
            var from = after;
            await writer.WriteAsync(connection => { connection.Execute(sweep, from, from + RowsAtATime); }, cancellationToken);
        }
    }

    /// <summary>Gives free pages back to the file system.</summary>
    private async Task ShrinkAsync(CancellationToken cancellationToken)
    {
        while (await writer.RunAsync(
            connection =>
            {
                var before = connection.Number("PRAGMA freelist_count");
                if (before == 0) return false;
                connection.Run($"PRAGMA incremental_vacuum({PagesAtATime})");
                return connection.Number("PRAGMA freelist_count") is var after and > 0 && after < before;
            },
            cancellationToken))
        {
        }

        await writer.RunAsync(
            connection =>
            {
                connection.Run("PRAGMA wal_checkpoint(PASSIVE)");
                return true;
            },
            cancellationToken);
    }

    private static long UsedBytes(StoreConnection connection) =>
        (connection.Number("PRAGMA page_count") - connection.Number("PRAGMA freelist_count")) * connection.Number("PRAGMA page_size");
}
