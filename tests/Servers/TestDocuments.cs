using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace RegistryOperator.Tests.Servers;

/// <summary>Documents that real tools wrote: those of <c>tests/Documents</c>, and those of others beside the clone, which are not ours to copy.</summary>
public static class TestDocuments
{
    /// <summary>Why tests are skipped where the documents of others are not there.</summary>
    public const string Missing = "needs ../shared/data: documents of other tools and versions, beside the clone";

    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    /// <summary>True where the documents of others are beside the clone.</summary>
    public static bool HasShared => Directory.Exists(SharedFolder);

    private static string SharedFolder => Path.Combine(Root, "..", "shared", "data");

    /// <summary>Reads a document of <c>tests/Documents</c>, e.g. <c>syft/alpine.syft.json</c>; its README says how it was made.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Root, "tests", "Documents", name));

    /// <summary>Reads a document beside the clone; null where it is not there.</summary>
    public static byte[]? TryReadShared(string name) => File.Exists(Path.Combine(SharedFolder, name)) ? ReadShared(name) : null;

    /// <summary>Reads a document beside the clone, unpacked where it ends in <c>.gz</c>.</summary>
    public static byte[] ReadShared(string name)
    {
        using var file = File.OpenRead(Path.Combine(SharedFolder, name));
        using Stream source = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
