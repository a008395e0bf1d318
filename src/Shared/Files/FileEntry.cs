using System.Runtime.InteropServices;

namespace RegistryOperator.Shared.Files;

/// <summary>What lies at a path.</summary>
internal enum FileKind
{
    File,

    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device: to open one may wait for ever, or act on hardware.</summary>
    Other,
}

/// <summary>An entry of a folder as it is; a link is not followed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">Its owner's user id; null where the system does not tell.</param>
/// <param name="Group">Its group's id; null where the system does not tell.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileEntry(FileKind Kind, UnixFileMode Mode, uint? Owner, uint? Group)
{
    /// <summary>The permissions as <c>chmod</c> takes them, e.g. <c>0755</c>.</summary>
    public string Octal => "0" + Convert.ToString((int)Mode, 8).PadLeft(3, '0');
}
