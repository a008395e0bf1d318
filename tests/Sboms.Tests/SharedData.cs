using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Real documents, which lie beside the repository and are not a part of it.</summary>
internal static class SharedData
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(TestsFolder(), "../../../shared/data"));

    /// <summary>A document's content, unpacked. Skips the test where the folder is absent.</summary>
    public static byte[] Read(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(File.Exists(path), $"The real documents are not here: {path} is missing.");
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return File.ReadAllBytes(path);
        using var unpacked = new MemoryStream();
        using (var file = File.OpenRead(path))
        using (var packed = new GZipStream(file, CompressionMode.Decompress))
            packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static string TestsFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
