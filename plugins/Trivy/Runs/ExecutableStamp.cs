namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>Tells one version of an executable from another without starting it: one that is replaced has another path, time or size.</summary>
internal readonly record struct ExecutableStamp(string Path, DateTime Written, long Size)
{
    /// <summary>That of the file at a path now.</summary>
    public static ExecutableStamp Of(string path)
    {
        // Package managers install symbolic links: the file behind the link counts.
        var file = new FileInfo(path);
        try
        {
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new ExecutableStamp(target.FullName, target.LastWriteTimeUtc, target.Length);
        }
        catch (IOException)
        {
            // Missing or replaced meanwhile: this stamp equals that of no file that exists.
            return new ExecutableStamp(path, default, Size: 0);
        }
    }
}
