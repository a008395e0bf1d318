namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Databases that only look like ones.</summary>
internal static class Metadata
{
    /// <summary>Writes a database made, and downloaded, at <paramref name="updated"/>.</summary>
    public static async Task WriteAsync(string cache, DateTimeOffset updated, DateTimeOffset next, string folder = "db", string file = "trivy.db")
    {
        var target = Directory.CreateDirectory(Path.Combine(cache, folder)).FullName;
        await File.WriteAllTextAsync(Path.Combine(target, file), "database", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(target, "metadata.json"),
            $$"""{"Version":2,"NextUpdate":"{{next:O}}","UpdatedAt":"{{updated:O}}","DownloadedAt":"{{updated:O}}"}""",
            TestContext.Current.CancellationToken);
    }
}
