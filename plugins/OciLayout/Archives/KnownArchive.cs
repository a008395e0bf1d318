namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// What was found of one archive, as long as its size and time stay: to look at a thousand headers for each blob would take longer than the blob.
/// </summary>
internal sealed class KnownArchive
{
    private readonly Lock _lock = new();
    private (long Length, DateTime Written) _state;
    private LayoutArchive? _archive;

    /// <summary>What is in the archive.</summary>
    /// <exception cref="ArchiveException">It is no archive of images.</exception>
    public LayoutArchive Find(FileStream file, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var state = (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
            if (_archive is not null && _state == state) return _archive;
            _archive = LayoutArchive.Read(file, cancellationToken);
            _state = state;
            return _archive;
        }
    }
}
