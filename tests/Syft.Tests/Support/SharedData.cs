using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace RegistryOperator.Syft.Tests.Support;

/// <summary>Real documents of other versions of Syft, beside the clone and never part of it.</summary>
internal static class SharedData
{
    /// <summary>Reads a document, unpacked; the test is skipped where it is not there.</summary>
    public static byte[] Read(string name)
    {
        var path = Path.Combine(Root(), "..", "shared", "data", "syft", name);
        Assert.SkipUnless(File.Exists(path), $"The test data {Path.GetFullPath(path)} is not there.");
        using var file = File.OpenRead(path);
        using Stream source = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
