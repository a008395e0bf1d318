using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>
/// The <c>index.json</c> that a client has read last: every call for an image asks for it, and it may list many thousands. It serves for as long as the file
/// has the same length and time; a client lives for one round, so that what is changed within one tick of the file system's clock is seen in the next.
/// </summary>
internal sealed class IndexSnapshot
{
    private volatile Entry? _last;

    /// <summary>The index in the open file.</summary>
    /// <param name="file">The file, at its start.</param>
    /// <param name="read">Reads it.</param>
    public ImageIndex Of(FileStream file, Func<ImageIndex> read)
    {
        // Before it is read: what is written meanwhile is another time.
        var (length, written) = (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        if (_last is { } last && last.Path == file.Name && last.Length == length && last.Written == written) return last.Index;
        var index = read();
        _last = new Entry(file.Name, length, written, index);
        return index;
    }

    private sealed record Entry(string Path, long Length, DateTime Written, ImageIndex Index);
}
