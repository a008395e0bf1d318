using Microsoft.Data.Sqlite;
using RegistryOperator.Reports.Search;
using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Finds the images that have a package or a vulnerability: from the package's row through its reports to the images.</summary>
internal static class Searching
{
    /// <summary>An image has what was found in its digest by the reports that its resource uses.</summary>
    private const string ImagesOfReports = $"""
        JOIN reports r ON r.id = hit.report
        JOIN subjects s ON s.id = r.subject
        JOIN image_digests d ON d.digest = s.digest
        JOIN images i ON i.id = d.image AND {ReportUseRows.IsUsed}
        """;

    public static IReadOnlyList<SearchHit> FindPackage(StoreConnection connection, string name, VersionRange range)
    {
        var packages = new List<long>();
        foreach (var form in PackageNames.Forms(name))
        {
            using var rows = connection.Query("SELECT id, version, type FROM packages WHERE lookup = $1", form);
            while (rows.Read())
            {
                var type = rows.GetString(2);
                if (PackageNames.IsMeant(name, form, type) && range.Contains(rows.GetString(1), type)) packages.Add(rows.GetInt64(0));
            }
        }

        return Read(connection, connection.Query(
            $"""
            SELECT DISTINCT d.image, d.platform, p.name, p.version, p.type, NULL, NULL
            FROM json_each($1) wanted
            JOIN packages p ON p.id = wanted.value
            JOIN report_packages hit ON hit.package = p.id
            {ImagesOfReports}
            """,
            JsonList.Write(packages)));
    }

    public static IReadOnlyList<SearchHit> FindVulnerability(StoreConnection connection, string id) => Read(connection, connection.Query(
        $"""
        SELECT DISTINCT d.image, d.platform, p.name, p.version, p.type, v.name, v.fixed
        FROM vulnerabilities v
        JOIN packages p ON p.id = v.package
        JOIN report_vulnerabilities hit ON hit.vulnerability = v.id
        {ImagesOfReports}
        WHERE v.name = $1
        """,
        id));

    private static IReadOnlyList<SearchHit> Read(StoreConnection connection, SqliteDataReader rows)
    {
        var hits = new List<Hit>();
        using (rows)
        {
            while (rows.Read())
            {
                hits.Add(new Hit(
                    rows.GetInt64(0),
                    rows.GetString(1),
                    rows.GetString(2),
                    rows.GetString(3),
                    rows.GetString(4),
                    rows.GetStringOrNull(5),
                    rows.GetStringOrNull(6)));
            }
        }

        // What the tag names is a platform's manifest too where the image has one platform only; it is told once, with its platform.
        var onPlatforms = hits.Where(hit => hit.Platform != ImageRows.NoPlatform).Select(hit => hit with { Platform = ImageRows.NoPlatform }).ToHashSet();
        hits.RemoveAll(hit => hit.Platform == ImageRows.NoPlatform && onPlatforms.Contains(hit));

        var images = ImageFinding.LoadById(connection, [.. hits.Select(hit => hit.Image).Distinct()]);
        return
        [
            .. hits.Select(hit => ToSearchHit(hit, images[hit.Image]))
                .OrderBy(hit => hit.Resource.ToString(), StringComparer.Ordinal)
                .ThenBy(hit => hit.Image.Repository, StringComparer.Ordinal)
                .ThenBy(hit => hit.Image.Tag, StringComparer.Ordinal)
                .ThenBy(hit => hit.Platform, StringComparer.Ordinal)
                .ThenBy(hit => hit.Package, StringComparer.Ordinal)
                .ThenBy(hit => hit.Version, StringComparer.Ordinal),
        ];
    }

    private static SearchHit ToSearchHit(Hit hit, FoundImage found) => new(found.Resource, found.Image, hit.Platform, hit.Package, hit.Version, hit.Type)
    {
        Vulnerability = hit.Vulnerability,
        FixedVersion = hit.Fixed is { Length: > 0 } version ? version : null,
    };

    private sealed record Hit(long Image, string Platform, string Package, string Version, string Type, string? Vulnerability, string? Fixed);
}
