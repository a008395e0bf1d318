using System.Text;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>A scan of an SBOM names the image by the SBOM's file: this gives a report the image's name.</summary>
internal static class ArtifactName
{
    /// <summary>The report with <paramref name="image"/> wherever <paramref name="file"/> stood.</summary>
    /// <param name="report">The report.</param>
    /// <param name="file">The path given to Trivy: one of a random name, so that nothing else is hit.</param>
    /// <param name="image">The image's name.</param>
    public static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> report, string file, string image)
    {
        // Neither has a character that JSON escapes: a path of the system's temporary directory, and an image's name.
        var search = Encoding.UTF8.GetBytes(file);
        var replacement = Encoding.UTF8.GetBytes(image);
        var result = new MemoryStream(report.Length + replacement.Length);
        var rest = report.Span;
        while (rest.IndexOf(search) is var index and >= 0)
        {
            result.Write(rest[..index]);
            result.Write(replacement);
            rest = rest[(index + search.Length)..];
        }

        result.Write(rest);
        return result.GetBuffer().AsMemory(0, (int)result.Length);
    }
}
