using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Real reports and database fixtures, which lie beside the repository.</summary>
internal static class SharedData
{
    private static string Folder => Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared"));

    /// <summary>The path of a file or folder; the test is skipped where it is absent.</summary>
    public static string Find(params string[] path)
    {
        var full = Path.Combine([Folder, .. path]);
        Assert.SkipUnless(Path.Exists(full), $"The shared test data {full} is absent.");
        return full;
    }

    /// <summary>A report's bytes, unpacked.</summary>
    public static byte[] ReadReport(string name)
    {
        var path = Find("data", "trivy-reports", name);
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return File.ReadAllBytes(path);
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        packed.CopyTo(content);
        return content.ToArray();
    }

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..");
}
