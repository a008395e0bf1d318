using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RegistryOperator.Shared.Files;

/// <summary>
/// Looks at files and opens them where strangers may have put something else: a link, a pipe, a device. .NET follows every link and waits for the
/// other end of every pipe, so Linux is asked directly; other systems answer as far as .NET does.
/// </summary>
internal static partial class UnixFiles
{
    private const int NoSuchEntry = 2;
    private const int NoSuchDevice = 6;
    private const int NotAFolder = 20;
    private const int TooManyLinks = 40;

    // https://man7.org/linux/man-pages/man2/statx.2.html: the one whose layout is the same on every processor.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint TypeModeAndOwner = 0x1B;
    private const int StatSize = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;

    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int SymbolicLink = 0xA000;
    private const int PermissionMask = 0xFFF;

    private const int NonBlocking = 0x800;
    private const int NoTerminal = 0x100;
    private const int CloseOnExec = 0x80000;

    /// <summary>The user of this process; null where the system has no such ids.</summary>
    public static uint? User => OperatingSystem.IsLinux() ? GetEffectiveUser() : null;

    /// <summary>The group of this process; null where the system has no such ids.</summary>
    public static uint? Group => OperatingSystem.IsLinux() ? GetEffectiveGroup() : null;

    // O_NOFOLLOW of the kernel's arch/*/include/uapi/asm/fcntl.h.
    private static int NoFollowFlag =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Armv6 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>What lies at the path itself; null for nothing.</summary>
    /// <exception cref="IOException">It can't be looked at.</exception>
    public static FileEntry? Look(string path)
    {
        if (!OperatingSystem.IsLinux()) return LookByRuntime(path);
        var stat = new byte[StatSize];
        if (StatX(CurrentFolder, path, NoFollow, TypeModeAndOwner, stat) == 0) return Read(stat);
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchEntry or NotAFolder ? null : throw Failure(path, error);
    }

    /// <summary>
    /// Opens a regular file for reading, without following a link at its end and without ever waiting; null where nothing is, or no such file.
    /// </summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream? OpenToRead(string path, bool isAsync = false)
    {
        // Before opening, too: to open a device may act on it.
        if (Look(path) is not { Kind: FileKind.File }) return null;
        if (!OperatingSystem.IsLinux())
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, isAsync);
        var descriptor = Open(path, NonBlocking | NoTerminal | CloseOnExec | NoFollowFlag);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoSuchEntry or NotAFolder or TooManyLinks or NoSuchDevice ? null : throw Failure(path, error);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var stat = new byte[StatSize];
        if (StatX(descriptor, "", EmptyPath, TypeModeAndOwner, stat) == 0 && Read(stat).Kind is FileKind.File)
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        handle.Dispose();
        return null;
    }

    /// <summary>Where an open file lies now, links followed; null where the system does not tell.</summary>
    public static string? PathOf(FileStream file) =>
        OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget : null;

    private static FileEntry Read(ReadOnlySpan<byte> stat)
    {
        var mode = MemoryMarshal.Read<ushort>(stat[ModeOffset..]);
        var kind = (mode & TypeMask) switch
        {
            RegularFile => FileKind.File,
            Folder => FileKind.Folder,
            SymbolicLink => FileKind.Link,
            _ => FileKind.Other,
        };
        return new FileEntry(
            kind, (UnixFileMode)(mode & PermissionMask),
            MemoryMarshal.Read<uint>(stat[OwnerOffset..]), MemoryMarshal.Read<uint>(stat[GroupOffset..]));
    }

    private static FileEntry? LookByRuntime(string path)
    {
        var file = new FileInfo(path);
        var kind = file.LinkTarget is not null ? FileKind.Link : Directory.Exists(path) ? FileKind.Folder : FileKind.File;
        if (kind is FileKind.File && !file.Exists) return null;
        if (kind is FileKind.File && file.Attributes.HasFlag(FileAttributes.Device)) kind = FileKind.Other;
        return new FileEntry(kind, OperatingSystem.IsWindows() || kind is FileKind.Link ? UnixFileMode.None : File.GetUnixFileMode(path), null, null);
    }

    private static Exception Failure(string path, int error)
    {
        const int NotPermitted = 1;
        const int AccessDenied = 13;
        var message = $"{path}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error is NotPermitted or AccessDenied ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, [Out] byte[] result);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();
}
