using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Finds the images that a user names.</summary>
internal static class ImageFinding
{
    /// <summary>How many candidates an error names.</summary>
    private const int MaximumCandidates = 5;

    /// <summary>Images read in one query.</summary>
    private const int ImagesAtATime = 1000;

    /// <summary>After every hexadecimal digit: the end of the range of what begins with a prefix.</summary>
    private const string AfterHex = "g";

    /// <exception cref="FormatException">The name can't be read, or is ambiguous.</exception>
    public static IReadOnlyList<FoundImage> Find(StoreConnection connection, string text)
    {
        var name = ImageName.Parse(text);
        if (name is { Repository: null, Tag: { } tag })
        {
            var tagged = Load(connection, connection.Ids("SELECT id FROM images WHERE tag = $1", tag));
            // A tag alone may be a shortened digest as well; the tag comes first.
            if (tagged.Count > 0) return Unambiguous(tagged, text, "tag", found => $"{found.Image.Repository}:{found.Image.Tag}", "Write REPOSITORY:TAG.");
        }

        if (name.DigestPrefix is { } prefix)
        {
            var ofDigest = FindDigest(connection, name.Repository, prefix, text);
            if (ofDigest.Count > 0 || name.Repository is null) return ofDigest;
            return [.. Meant(connection, name.Repository).SelectMany(repository => FindDigest(connection, repository, prefix, text))];
        }

        if (name.Repository is null) return [];
        var named = Tagged(connection, name.Repository, name.Tag);
        if (named.Count == 0) named = [.. Meant(connection, name.Repository).SelectMany(repository => Tagged(connection, repository, name.Tag))];
        return Unambiguous(named, text, "image", found => $"{found.Image.Repository}:{found.Image.Tag}", "Write the registry's host too.");
    }

    private static IReadOnlyList<FoundImage> Tagged(StoreConnection connection, string repository, string? tag) =>
        Load(connection, connection.Ids("SELECT id FROM images WHERE tag = $1 AND (repository = $2 OR path = $2)", tag, repository));

    /// <summary>The repositories that are meant by a short name of Docker Hub's, or by their resource.</summary>
    private static IEnumerable<string> Meant(StoreConnection connection, string asked) =>
        RepositoryRows.Find(connection, asked).Select(one => one.Name).Where(name => name != asked).Distinct(StringComparer.Ordinal);

    /// <summary>The images of these rows and their resources, by resource, repository and tag.</summary>
    public static IReadOnlyList<FoundImage> Load(StoreConnection connection, IReadOnlyCollection<long> ids) =>
        [.. LoadById(connection, ids).Values.OrderBy(found => found.Resource.ToString(), StringComparer.Ordinal)
            .ThenBy(found => found.Image.Repository, StringComparer.Ordinal).ThenBy(found => found.Image.Tag, StringComparer.Ordinal)];

    /// <summary>The images of these rows and their resources.</summary>
    public static Dictionary<long, FoundImage> LoadById(StoreConnection connection, IReadOnlyCollection<long> ids)
    {
        var found = new Dictionary<long, FoundImage>(ids.Count);
        foreach (var some in ids.Chunk(ImagesAtATime))
        {
            var list = JsonList.Write(some);
            var resources = new Dictionary<long, ResourceName>(some.Length);
            using (var rows = connection.Query(
                "SELECT i.id, r.namespace, r.name FROM json_each($1) j JOIN images i ON i.id = j.value JOIN resources r ON r.id = i.resource", list))
            {
                while (rows.Read()) resources[rows.GetInt64(0)] = new ResourceName(rows.GetString(1), rows.GetString(2));
            }

            var images = ImageRows.Read(
                connection.Query(
                    "SELECT i.id, i.repository, i.tag, i.digest, i.first_seen, i.workloads FROM json_each($1) j JOIN images i ON i.id = j.value", list),
                connection.Query("SELECT d.image, d.platform, d.digest FROM json_each($1) j JOIN image_digests d ON d.image = j.value", list));
            foreach (var (id, image) in images) found[id] = new FoundImage(resources[id], image);
        }

        return found;
    }

    private static IReadOnlyList<FoundImage> FindDigest(StoreConnection connection, string? repository, string prefix, string text)
    {
        var ids = new HashSet<long>();
        var digests = new SortedSet<string>(StringComparer.Ordinal);
        using (var rows = connection.Query(
            """
            SELECT d.digest, d.image FROM image_digests d JOIN images i ON i.id = d.image
            WHERE (d.digest = $1 OR d.digest > $1 AND d.digest < $2) AND ($3 IS NULL OR i.repository = $3 OR i.path = $3)
            """,
            prefix, Digest.TryParse(prefix, out _) ? prefix : prefix + AfterHex, repository))
        {
            while (rows.Read())
            {
                digests.Add(rows.GetString(0));
                ids.Add(rows.GetInt64(1));
            }
        }

        return digests.Count <= 1
            ? Load(connection, ids)
            : throw new FormatException($"'{text}' is the beginning of {digests.Count} digests: {Some(digests)}. Write more digits.");
    }

    private static IReadOnlyList<FoundImage> Unambiguous(
        IReadOnlyList<FoundImage> found, string text, string what, Func<FoundImage, string> describe, string advice)
    {
        var names = new SortedSet<string>(found.Select(describe), StringComparer.Ordinal);
        return names.Count <= 1 ? found : throw new FormatException($"The {what} '{text}' is in {names.Count} repositories: {Some(names)}. {advice}");
    }

    private static string Some(SortedSet<string> names) =>
        string.Join(", ", names.Take(MaximumCandidates)) + (names.Count > MaximumCandidates ? ", …" : "");
}
