using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Which repositories are known, by the images that resources have and by what was seen of their tags.</summary>
internal static class RepositoryRows
{
    /// <summary>All of them, by resource and name.</summary>
    public static List<KnownRepository> Read(StoreConnection connection)
    {
        var repositories = new List<KnownRepository>();
        using var rows = connection.Query(
            """
            SELECT namespace, name, repository FROM tags
            UNION SELECT r.namespace, r.name, i.repository FROM images i JOIN resources r ON r.id = i.resource
            ORDER BY 1, 2, 3
            """);
        while (rows.Read()) repositories.Add(new KnownRepository(new ResourceName(rows.GetString(0), rows.GetString(1)), rows.GetString(2)));
        return repositories;
    }

    /// <summary>Those that a user means: by the repository, else by the resource that is about it, as tables name both.</summary>
    public static List<KnownRepository> Find(StoreConnection connection, string asked)
    {
        var all = Read(connection);
        var named = all.FindAll(one => ImageName.IsRepository(one.Name, asked));
        return named.Count > 0 ? named : all.FindAll(one => one.Resource.ToString() == asked);
    }
}
