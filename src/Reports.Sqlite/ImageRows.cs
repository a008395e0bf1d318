using System.Globalization;
using Microsoft.Data.Sqlite;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>An image and its row.</summary>
internal sealed record ImageRow(long Id, StoredImage Image);

/// <summary>Reads and writes which resource has which images, inside the caller's transaction. Only what changed is written.</summary>
internal sealed class ImageRows(StoreConnection connection)
{
    /// <summary>The platform of the row for what the tag itself names.</summary>
    public const string NoPlatform = "";

    private readonly HashSet<string> _gained = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);

    /// <summary>Sets the images of a resource; of two with the same repository and tag the last one counts, for a tag names one image.</summary>
    public void Set(ResourceName resource, IReadOnlyList<StoredImage> images, DateTimeOffset now)
    {
        var row = connection.Scalar("SELECT id FROM resources WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name) as long?;
        if (row is null && images.Count == 0) return;
        row ??= connection.Number("INSERT INTO resources (namespace, name) VALUES ($1, $2) RETURNING id", resource.Namespace, resource.Name);

        var wanted = new Dictionary<(string, string), StoredImage>(images.Count);
        foreach (var image in images) wanted[(image.Repository, image.Tag)] = WithoutOwnDigest(image);
        foreach (var present in ReadOf(row.Value))
        {
            if (!wanted.Remove((present.Image.Repository, present.Image.Tag), out var image))
            {
                Delete(present);
                continue;
            }

            if (!image.IsRead && image.Digest == present.Image.Digest) image = image with { Platforms = present.Image.Platforms };
            if (!AreSame(present.Image, image)) Update(present, image);
        }

        foreach (var image in wanted.Values) Insert(row.Value, image);
        if (images.Count == 0)
        {
            ReportUseRows.DeleteOf(connection, row.Value, now);
            connection.Execute("DELETE FROM resources WHERE id = $1", row);
        }

        NoteReferences(now);
    }

    /// <summary>The images of a resource, by repository and tag.</summary>
    public IReadOnlyList<StoredImage> Get(ResourceName resource) =>
        connection.Scalar("SELECT id FROM resources WHERE namespace = $1 AND name = $2", resource.Namespace, resource.Name) is long row
            ? ReadOf(row).ConvertAll(present => present.Image)
            : [];

    private List<ImageRow> ReadOf(long resource) => Read(
        connection.Query("SELECT id, repository, tag, digest, first_seen, workloads FROM images WHERE resource = $1 ORDER BY repository, tag", resource),
        connection.Query("SELECT image, platform, digest FROM image_digests WHERE image IN (SELECT id FROM images WHERE resource = $1)", resource));

    /// <summary>Puts images together from their rows (id, repository, tag, digest, first seen, workloads) and those of their platforms
    /// (image, platform, digest).</summary>
    public static List<ImageRow> Read(SqliteDataReader images, SqliteDataReader platforms)
    {
        var digestsOf = new Dictionary<long, List<(string Platform, Digest Digest)>>();
        using (platforms)
        {
            while (platforms.Read())
            {
                var image = platforms.GetInt64(0);
                if (!digestsOf.TryGetValue(image, out var digests)) digestsOf.Add(image, digests = []);
                digests.Add((platforms.GetString(1), Digest.Parse(platforms.GetString(2))));
            }
        }

        var read = new List<ImageRow>();
        using (images)
        {
            while (images.Read())
            {
                var id = images.GetInt64(0);
                var digest = Digest.Parse(images.GetString(3));
                var digests = digestsOf.GetValueOrDefault(id, [])
                    .Where(one => one != (NoPlatform, digest))
                    .ToDictionary(one => one.Platform, one => one.Digest, StringComparer.Ordinal);
                read.Add(new ImageRow(id, new StoredImage(images.GetString(1), images.GetString(2), digest, digests)
                {
                    FirstSeen = images.GetStringOrNull(4) is { } time ? DateTimeOffset.ParseExact(time, "O", CultureInfo.InvariantCulture) : null,
                    Workloads = JsonList.Read(images.GetString(5)),
                }));
            }
        }

        return read;
    }

    private void Insert(long resource, StoredImage image)
    {
        var row = connection.Number(
            """
            INSERT INTO images (resource, repository, path, tag, digest, first_seen, workloads)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
            """,
            resource, image.Repository, ImageName.PathOf(image.Repository), image.Tag, image.Digest.ToString(), Time(image), JsonList.Write(image.Workloads));
        foreach (var (platform, digest) in Digests(image)) InsertDigest(row, platform, digest);
    }

    private void Update(ImageRow present, StoredImage image)
    {
        connection.Execute(
            "UPDATE images SET digest = $2, first_seen = $3, workloads = $4 WHERE id = $1",
            present.Id, image.Digest.ToString(), Time(image), JsonList.Write(image.Workloads));
        var wanted = Digests(image).ToHashSet();
        foreach (var pair in Digests(present.Image))
        {
            if (!wanted.Remove(pair)) DeleteDigest(present.Id, pair.Platform, pair.Digest);
        }

        foreach (var (platform, digest) in wanted) InsertDigest(present.Id, platform, digest);
    }

    private void Delete(ImageRow present)
    {
        foreach (var (platform, digest) in Digests(present.Image)) DeleteDigest(present.Id, platform, digest);
        connection.Execute("DELETE FROM images WHERE id = $1", present.Id);
    }

    private void InsertDigest(long image, string platform, string digest)
    {
        connection.Execute("INSERT INTO image_digests (digest, image, platform) VALUES ($1, $2, $3)", digest, image, platform);
        _gained.Add(digest);
    }

    private void DeleteDigest(long image, string platform, string digest)
    {
        connection.Execute("DELETE FROM image_digests WHERE digest = $1 AND image = $2 AND platform = $3", digest, image, platform);
        _lost.Add(digest);
    }

    /// <summary>From now on counts the time to live of what no resource has any more.</summary>
    private void NoteReferences(DateTimeOffset now)
    {
        foreach (var digest in _gained)
            connection.Execute("UPDATE subjects SET unreferenced_since = NULL WHERE digest = $1 AND unreferenced_since IS NOT NULL", digest);
        foreach (var digest in _lost)
        {
            connection.Execute(
                """
                UPDATE subjects SET unreferenced_since = $2
                WHERE digest = $1 AND unreferenced_since IS NULL AND NOT EXISTS (SELECT 1 FROM image_digests WHERE digest = $1)
                """,
                digest, now.UtcTicks);
        }
    }

    /// <summary>Each once, for that is their key.</summary>
    private static IEnumerable<(string Platform, string Digest)> Digests(StoredImage image) =>
        image.Platforms.Select(pair => (pair.Key, pair.Value.ToString())).Prepend((NoPlatform, image.Digest.ToString()));

    /// <summary>An image whose config names no platform has its own digest under <see cref="NoPlatform"/>, where the tag's row has it anyway.</summary>
    private static StoredImage WithoutOwnDigest(StoredImage image)
    {
        if (!image.Platforms.TryGetValue(NoPlatform, out var digest) || digest != image.Digest) return image;
        return image with { Platforms = image.Platforms.Where(pair => pair.Key != NoPlatform).ToDictionary(StringComparer.Ordinal) };
    }

    private static string? Time(StoredImage image) => image.FirstSeen?.ToString("O", CultureInfo.InvariantCulture);

    private static bool AreSame(StoredImage left, StoredImage right) =>
        left.Digest == right.Digest && left.FirstSeen == right.FirstSeen && left.Workloads.SequenceEqual(right.Workloads)
        && left.Platforms.Count == right.Platforms.Count
        && left.Platforms.All(pair => right.Platforms.TryGetValue(pair.Key, out var digest) && digest == pair.Value);
}
