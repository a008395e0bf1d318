using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Reads what is remembered of tags (<see cref="TagRows"/>).</summary>
internal static class TagMemory
{
    public static List<RememberedTag> Read(StoreConnection connection, ResourceName resource, string repository, string registry)
    {
        var tags = new List<RememberedTag>();
        using var rows = connection.Query(
            """
            SELECT t.tag, h.digest, h.is_image, h.created, coalesce(t.first_seen, h.seen_from), max(l.seen, h.seen_from)
            FROM tag_lists l
            JOIN tags t ON t.namespace = l.namespace AND t.name = l.name AND t.repository = l.repository
            JOIN tag_history h ON h.tag = t.id AND h.seen_to IS NULL
            WHERE l.namespace = $1 AND l.name = $2 AND l.repository = $3 AND l.registry = $4
            """,
            resource.Namespace, resource.Name, repository, registry);
        while (rows.Read())
        {
            var tag = new RememberedTag(rows.GetString(0), Digest.Parse(rows.GetString(1)), TagRows.Time(rows.GetInt64(4)), TagRows.Time(rows.GetInt64(5)));
            tags.Add(tag with { Image = TagRows.ReadImage(rows, isImage: 2, created: 3) });
        }

        return tags;
    }

    public static List<TagHistory> Find(StoreConnection connection, string repository, string? tag)
    {
        var found = new List<TagHistory>();
        foreach (var (resource, name) in RepositoryRows.Find(connection, repository))
            found.AddRange(ReadHistory(connection, resource, name, tag));
        return [.. found.OrderByDescending(one => one.Images[0].To ?? one.Images[0].From).ThenBy(one => one.Tag, StringComparer.Ordinal)];
    }

    private static List<TagHistory> ReadHistory(StoreConnection connection, ResourceName resource, string repository, string? tag)
    {
        var images = new Dictionary<string, List<NamedImage>>(StringComparer.Ordinal);
        using var rows = connection.Query(
            """
            SELECT t.tag, h.digest, h.seen_from, h.seen_to, coalesce(h.last_seen, CASE WHEN h.seen_to IS NULL THEN l.seen END, h.seen_from), h.created
            FROM tags t
            JOIN tag_history h ON h.tag = t.id
            LEFT JOIN tag_lists l ON l.namespace = t.namespace AND l.name = t.name
            WHERE t.namespace = $1 AND t.name = $2 AND t.repository = $3 AND ($4 IS NULL OR t.tag = $4) ORDER BY t.tag, h.position DESC
            """,
            resource.Namespace, resource.Name, repository, tag);
        while (rows.Read())
        {
            if (!images.TryGetValue(rows.GetString(0), out var named)) images.Add(rows.GetString(0), named = []);
            var from = TagRows.Time(rows.GetInt64(2));
            var last = TagRows.Time(rows.GetInt64(4));
            named.Add(new NamedImage(
                Digest.Parse(rows.GetString(1)), from, rows.IsDBNull(3) ? null : TagRows.Time(rows.GetInt64(3)), last < from ? from : last)
            {
                Created = rows.IsDBNull(5) ? null : TagRows.Time(rows.GetInt64(5)),
            });
        }

        return [.. images.Select(one => new TagHistory(resource, repository, one.Key, one.Value))];
    }
}
