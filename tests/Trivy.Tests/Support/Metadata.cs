namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Databases that only look like ones.</summary>
internal static class Metadata
{
    /// <summary>Writes a database that nobody looks for a newer one of.</summary>
    public static Task WriteFreshAsync(string cache, string folder = "db", string file = "trivy.db")
    {
        var now = TimeProvider.System.GetUtcNow();
        return WriteAsync(cache, now, now.AddDays(1), folder, file);
    }

    /// <summary>Writes a database made, and where nothing else is said downloaded, at <paramref name="updated"/>.</summary>
    public static async Task WriteAsync(
        string cache, DateTimeOffset updated, DateTimeOffset next, string folder = "db", string file = "trivy.db", DateTimeOffset? downloaded = null)
    {
        var target = Directory.CreateDirectory(Path.Combine(cache, folder)).FullName;
        await File.WriteAllTextAsync(Path.Combine(target, file), "database", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(target, "metadata.json"),
            $$"""{"Version":2,"NextUpdate":"{{next:O}}","UpdatedAt":"{{updated:O}}","DownloadedAt":"{{downloaded ?? updated:O}}"}""",
            TestContext.Current.CancellationToken);
    }
}
