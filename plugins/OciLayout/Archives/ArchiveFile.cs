namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>A file as an archive has it: a range of the archive's bytes, or bytes that were made from others.</summary>
/// <param name="Offset">Where it begins in the archive.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Made">Its content, where the archive itself does not have it.</param>
internal sealed record ArchiveFile(long Offset, long Length, byte[]? Made = null)
{
    /// <summary>Its name in the archive, for messages; null where the archive itself does not have it.</summary>
    public string? Name { get; init; }

    public static ArchiveFile Of(byte[] content) => new(0, content.Length, content);
}
