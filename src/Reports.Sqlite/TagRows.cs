using Microsoft.Data.Sqlite;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>What tags have named: a row for each digest, in the order in which they were seen, which a clock that is set back does not change.</summary>
internal static class TagRows
{
    /// <summary>The third version of the schema.</summary>
    public const string Tables = """
        CREATE TABLE tags (
          id INTEGER PRIMARY KEY,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          repository TEXT NOT NULL,
          tag TEXT NOT NULL,
          UNIQUE (namespace, name, repository, tag));
        CREATE TABLE tag_history (
          tag INTEGER NOT NULL,
          position INTEGER NOT NULL,
          digest TEXT NOT NULL,
          seen_from INTEGER NOT NULL,
          seen_to INTEGER,
          PRIMARY KEY (tag, position)) WITHOUT ROWID;
        """;

    /// <summary>The fifth version: what was read of the images, when a tag was first and last seen, and of which list that is.</summary>
    public const string Memory = """
        ALTER TABLE tags ADD COLUMN first_seen INTEGER;
        ALTER TABLE tag_history ADD COLUMN last_seen INTEGER;
        ALTER TABLE tag_history ADD COLUMN created INTEGER;
        ALTER TABLE tag_history ADD COLUMN is_image INTEGER;
        CREATE TABLE tag_lists (
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          repository TEXT NOT NULL,
          registry TEXT NOT NULL,
          seen INTEGER NOT NULL,
          PRIMARY KEY (namespace, name)) WITHOUT ROWID;
        """;

    private const string OfResource = "SELECT id FROM tags WHERE namespace = $1 AND name = $2";

    public static void Record(StoreConnection connection, SeenTags seen)
    {
        var listedBefore = BeginList(connection, seen);
        var listed = seen.Listed.ToHashSet(StringComparer.Ordinal);
        var unknown = new Dictionary<string, Digest>(seen.Named, StringComparer.Ordinal);
        var isNew = false;
        foreach (var tag in ReadLast(connection, seen))
        {
            var isSeen = unknown.Remove(tag.Name, out var digest);
            if (isSeen && tag.IsOpen && tag.Digest == digest.ToString())
            {
                Learn(connection, tag, seen.Images.TryGetValue(digest, out var image) ? image : null);
                continue;
            }

            // One that was not looked at names what it named, as far as anybody knows.
            if (!isSeen && listed.Contains(tag.Name)) continue;
            if (tag.IsOpen) Close(connection, tag, seen.At, listedBefore);
            if (!isSeen) continue;
            Insert(connection, tag.Id, tag.Position + 1, digest, seen);
            isNew = true;
        }

        foreach (var (name, digest) in unknown)
        {
            var tag = connection.Number(
                "INSERT INTO tags (namespace, name, repository, tag, first_seen) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                seen.Resource.Namespace, seen.Resource.Name, seen.Repository, name, seen.At.UtcTicks);
            Insert(connection, tag, position: 0, digest, seen);
            isNew = true;
        }

        if (isNew) Limit(connection, seen.Resource);
    }

    public static Dictionary<string, IReadOnlyList<TagHistoryEntry>> Read(StoreConnection connection, ResourceName resource, string repository)
    {
        var history = new Dictionary<string, List<TagHistoryEntry>>(StringComparer.Ordinal);
        using var rows = connection.Query(
            """
            SELECT t.tag, h.digest, h.seen_from, h.seen_to FROM tags t JOIN tag_history h ON h.tag = t.id
            WHERE t.namespace = $1 AND t.name = $2 AND t.repository = $3 ORDER BY t.tag, h.position DESC
            """,
            resource.Namespace, resource.Name, repository);
        while (rows.Read())
        {
            if (!history.TryGetValue(rows.GetString(0), out var entries)) history.Add(rows.GetString(0), entries = []);
            entries.Add(new TagHistoryEntry(Digest.Parse(rows.GetString(1)), Time(rows.GetInt64(2)), rows.IsDBNull(3) ? null : Time(rows.GetInt64(3))));
        }

        return history.ToDictionary(tag => tag.Key, tag => (IReadOnlyList<TagHistoryEntry>)tag.Value, StringComparer.Ordinal);
    }

    /// <summary>Deletes all of a resource.</summary>
    public static void DeleteOf(StoreConnection connection, ResourceName resource)
    {
        connection.Execute($"DELETE FROM tag_history WHERE tag IN ({OfResource})", resource.Namespace, resource.Name);
        connection.Execute("DELETE FROM tags WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name);
        connection.Execute("DELETE FROM tag_lists WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name);
    }

    /// <summary>When the list was recorded before this time; null for never.</summary>
    private static long? BeginList(StoreConnection connection, SeenTags seen)
    {
        var (@namespace, name) = (seen.Resource.Namespace, seen.Resource.Name);
        const string Last = "SELECT seen FROM tag_lists WHERE namespace = $1 AND name = $2";
        var last = connection.Scalar(Last + " AND repository = $3 AND registry = $4", @namespace, name, seen.Repository, seen.Registry) as long?;
        if (last is null && connection.Scalar(Last, @namespace, name) is not null) DeleteOf(connection, seen.Resource);
        else if (last is null) DeleteOtherRepositories(connection, seen);
        connection.Execute(
            """
            INSERT INTO tag_lists (namespace, name, repository, registry, seen) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (namespace, name) DO UPDATE SET seen = excluded.seen
            """,
            @namespace, name, seen.Repository, seen.Registry, seen.At.UtcTicks);
        return last;
    }

    private static void DeleteOtherRepositories(StoreConnection connection, SeenTags seen)
    {
        var (@namespace, name) = (seen.Resource.Namespace, seen.Resource.Name);
        connection.Execute($"DELETE FROM tag_history WHERE tag IN ({OfResource} AND repository != $3)", @namespace, name, seen.Repository);
        connection.Execute("DELETE FROM tags WHERE namespace = $1 AND name = $2 AND repository != $3", @namespace, name, seen.Repository);
    }

    private static List<LastEntry> ReadLast(StoreConnection connection, SeenTags seen)
    {
        var tags = new List<LastEntry>();
        using var rows = connection.Query(
            """
            SELECT t.id, t.tag, h.position, h.digest, h.seen_from, h.seen_to, h.is_image, h.created FROM tags t
            JOIN tag_history h ON h.tag = t.id AND h.position = (SELECT max(position) FROM tag_history WHERE tag = t.id)
            WHERE t.namespace = $1 AND t.name = $2 AND t.repository = $3
            """,
            seen.Resource.Namespace, seen.Resource.Name, seen.Repository);
        while (rows.Read())
        {
            tags.Add(new(rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetString(3), rows.GetInt64(4), rows.IsDBNull(5))
            {
                Image = ReadImage(rows, isImage: 6, created: 7),
            });
        }

        return tags;
    }

    private static void Close(StoreConnection connection, LastEntry tag, DateTimeOffset at, long? listedBefore) => connection.Execute(
        "UPDATE tag_history SET seen_to = $3, last_seen = $4 WHERE tag = $1 AND position = $2",
        tag.Id, tag.Position, Math.Max(at.UtcTicks, tag.From), Math.Max(listedBefore ?? tag.From, tag.From));

    private static void Insert(StoreConnection connection, long tag, long position, Digest digest, SeenTags seen)
    {
        SeenImage? image = seen.Images.TryGetValue(digest, out var read) ? read : null;
        connection.Execute(
            "INSERT INTO tag_history (tag, position, digest, seen_from, is_image, created) VALUES ($1, $2, $3, $4, $5, $6)",
            tag, position, digest.ToString(), seen.At.UtcTicks, image is { } one ? one.IsImage ? 1L : 0L : null, image?.Created?.UtcTicks);
        connection.Execute("DELETE FROM tag_history WHERE tag = $1 AND position <= $2", tag, position - ITagHistory.MaximumOfATag);
    }

    /// <summary>A tag whose last entry goes is forgotten with it.</summary>
    private static void Limit(StoreConnection connection, ResourceName resource)
    {
        const string Entries = $"SELECT count(*) FROM tag_history WHERE tag IN ({OfResource}) AND seen_to";
        var open = connection.Number($"{Entries} IS NULL", resource.Namespace, resource.Name);
        var ended = connection.Number($"{Entries} IS NOT NULL", resource.Namespace, resource.Name);
        // However many tags there are, some of what they named before is kept: a history of the present alone is none.
        var kept = Math.Max(ITagHistory.MaximumOfAResource - open, ITagHistory.MaximumOfAResource / 2);
        if (ended <= kept) return;
        connection.Execute(
            $"""
            DELETE FROM tag_history WHERE (tag, position) IN (
              SELECT tag, position FROM tag_history WHERE tag IN ({OfResource}) AND seen_to IS NOT NULL ORDER BY seen_to, position LIMIT $3)
            """,
            resource.Namespace, resource.Name, ended - kept);
        connection.Execute(
            "DELETE FROM tags WHERE namespace = $1 AND name = $2 AND NOT EXISTS (SELECT 1 FROM tag_history WHERE tag = tags.id)",
            resource.Namespace, resource.Name);
    }

    /// <summary>Written once: what a digest names does not change.</summary>
    private static void Learn(StoreConnection connection, LastEntry tag, SeenImage? read)
    {
        if (read is not { } image || tag.Image == read) return;
        connection.Execute(
            "UPDATE tag_history SET is_image = $3, created = $4 WHERE tag = $1 AND position = $2",
            tag.Id, tag.Position, image.IsImage ? 1L : 0L, image.Created?.UtcTicks);
    }

    /// <summary>What was read of an image; null where it was not.</summary>
    public static SeenImage? ReadImage(SqliteDataReader row, int isImage, int created) =>
        row.IsDBNull(isImage) ? null : new SeenImage(row.IsDBNull(created) ? null : Time(row.GetInt64(created)), row.GetInt64(isImage) != 0);

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>What a tag was last seen to name.</summary>
    private sealed record LastEntry(long Id, string Name, long Position, string Digest, long From, bool IsOpen)
    {
        public SeenImage? Image { get; init; }
    }
}
