using System.Runtime.Versioning;
using System.Text;
using RegistryOperator.Host.Files;
using RegistryOperator.Shared.Files;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Files;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new("private");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReplaceAsync_LinkInItsPlace_IsReplacedAndNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few users make links.");
        var (path, precious) = (_folder.File("status.json"), _folder.File("precious"));
        await File.WriteAllTextAsync(precious, "keep me", Token);
        File.CreateSymbolicLink(path, precious);

        await WriteAsync(path, "new");

        (await File.ReadAllTextAsync(precious, Token)).ShouldBe("keep me");
        (await File.ReadAllTextAsync(path, Token)).ShouldBe("new");
        UnixFiles.Look(path)!.Value.ShouldBe(UnixFiles.Look(path)!.Value with { Kind = FileKind.File, Mode = Private });
    }

    [Fact]
    public async Task ReplaceAsync_WriterFails_LeavesTheOldFileAndNoOther()
    {
        var path = _folder.File("status.json");
        await WriteAsync(path, "old");

        await Should.ThrowAsync<IOException>(() => PrivateFile.ReplaceAsync(path, _ => throw new IOException("full"), Token));

        (await File.ReadAllTextAsync(path, Token)).ShouldBe("old");
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void OpenAlone_SecondTime_IsRefusedUntilTheFirstHasEnded()
    {
        var path = _folder.File("lock");
        using (PrivateFile.OpenAlone(path)) Should.Throw<IOException>(() => PrivateFile.OpenAlone(path));

        using var again = PrivateFile.OpenAlone(path);
        again.CanWrite.ShouldBeTrue();
    }

    [Fact]
    public void OpenAlone_Link_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few users make links.");
        File.CreateSymbolicLink(_folder.File("lock"), _folder.File("elsewhere"));

        Should.Throw<IOException>(() => PrivateFile.OpenAlone(_folder.File("lock"))).Message.ShouldContain("no file");
        File.Exists(_folder.File("elsewhere")).ShouldBeFalse();
    }

    [Fact]
    public void Ensure_FolderWithRightsOfOthers_BecomesItsOwnersAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var path = Directory.CreateDirectory(_folder.File("status")).FullName;
        File.SetUnixFileMode(path, PrivateFolder.OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        PrivateFolder.Ensure(path);
        PrivateFolder.Ensure(_folder.File("other"));

        File.GetUnixFileMode(path).ShouldBe(PrivateFolder.OwnerOnly);
        File.GetUnixFileMode(_folder.File("other")).ShouldBe(PrivateFolder.OwnerOnly);
    }

    [Fact]
    public async Task Ensure_LinkFileOrAnotherUsersFolder_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked who owns a file.");
        var target = Directory.CreateDirectory(_folder.File("target")).FullName;
        File.CreateSymbolicLink(_folder.File("link"), target);
        await File.WriteAllTextAsync(_folder.File("file"), "", Token);

        Should.Throw<IOException>(() => PrivateFolder.Ensure(_folder.File("link"))).Message.ShouldContain("is a link");
        Should.Throw<IOException>(() => PrivateFolder.Ensure(_folder.File("file"))).Message.ShouldContain("is no folder");
        if (!Environment.IsPrivilegedProcess) return;
        await PathTrustTests.GiveAwayAsync(target);
        Should.Throw<IOException>(() => PrivateFolder.Ensure(target)).Message.ShouldContain("belongs to another user (id 12346, mode 0");
    }

    private static Task WriteAsync(string path, string content) =>
        PrivateFile.ReplaceAsync(path, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(content), Token).AsTask(), Token);
}
