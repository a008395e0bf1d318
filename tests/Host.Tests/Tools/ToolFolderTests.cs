using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Tests.Files;
using RegistryOperator.Host.Tools;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class ToolFolderTests : IDisposable
{
    private readonly ScriptedTool _tool = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task CreateFolder_Folder_IsItsOwnersAlone()
    {
        await using var folder = _tool.Runner.CreateFolder();
        await using var other = _tool.Runner.CreateFolder();
        other.Path.ShouldNotBe(folder.Path);
        if (OperatingSystem.IsWindows()) return;
        File.GetUnixFileMode(folder.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void RemoveLeft_FoldersOfDeadProcesses_AreRemovedAndNoOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells by /proc whose process lives.");
        using var temporary = new TemporaryFolder("left");
        // No process has an id beyond the kernel's limit of 2^22; process 1 always lives; a killed one may have had this one's id.
        string[] left = [Folder("registry-operator-tool-4194999-a1b2c3"), Folder($"registry-operator-tool-{Environment.ProcessId}-a1b2c3")];
        string[] others =
        [
            Folder("registry-operator-tool-1-a1b2c3"), Folder("registry-operator-cache"), Folder("registry-operator-tool-x-y"),
            Folder("registry-operator-tool-4194999"), Folder("registry-operator-tool-4194999-a-b"), Folder("registry-operator-tool-+4194999-a"),
            Folder("my-registry-operator-tool-4194999-a"),
        ];
        foreach (var folder in left) File.WriteAllText(Path.Combine(folder, "config.json"), "{}");

        ToolFolder.RemoveLeft(temporary.Path, NullLogger.Instance);

        left.Where(Directory.Exists).ShouldBeEmpty();
        others.ShouldAllBe(folder => Directory.Exists(folder));

        string Folder(string name) => Directory.CreateDirectory(Path.Combine(temporary.Path, name)).FullName;
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task RemoveLeft_StrangersLinkOrFolderOfSuchAName_IsNotTouched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells by /proc whose process lives.");
        using var temporary = new TemporaryFolder("left");
        var precious = Directory.CreateDirectory(temporary.File("precious/site")).FullName;
        File.SetUnixFileMode(precious, (UnixFileMode)0b111_101_101);
        var link = temporary.File("registry-operator-tool-4194999-a1b2c3");
        File.CreateSymbolicLink(link, temporary.File("precious"));
        var foreign = Directory.CreateDirectory(temporary.File("registry-operator-tool-4194998-a1b2c3")).FullName;
        if (Environment.IsPrivilegedProcess) await PathTrustTests.GiveAwayAsync(foreign);

        ToolFolder.RemoveLeft(temporary.Path, NullLogger.Instance);

        File.GetUnixFileMode(precious).ShouldBe((UnixFileMode)0b111_101_101);
        new FileInfo(link).LinkTarget.ShouldNotBeNull();
        Directory.Exists(foreign).ShouldBe(Environment.IsPrivilegedProcess);
    }

    [Fact]
    public void RemoveLeft_NoTemporaryDirectory_IsLeftToTheFirstScanToSay() =>
        Should.NotThrow(() => ToolFolder.RemoveLeft("/no/such/folder", NullLogger.Instance));

    [Fact]
    public async Task WriteFileAsync_File_IsItsOwnersAlone()
    {
        await using var folder = _tool.Runner.CreateFolder();
        var path = await folder.WriteFileAsync("ca.crt", Encoding.UTF8.GetBytes("content"), Cancellation);
        path.ShouldBe(Path.Combine(folder.Path, "ca.crt"));
        File.ReadAllText(path).ShouldBe("content");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task WriteFileAsync_FileOrLinkThatIsThere_IsRefusedAndLeftAlone()
    {
        await using var folder = _tool.Runner.CreateFolder();
        var path = await folder.WriteFileAsync("file", Encoding.UTF8.GetBytes("first"), Cancellation);
        var outside = _tool.File("outside");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), outside);

        await Should.ThrowAsync<IOException>(folder.WriteFileAsync("file", Encoding.UTF8.GetBytes("second"), Cancellation));
        await Should.ThrowAsync<IOException>(folder.WriteFileAsync("link", Encoding.UTF8.GetBytes("second"), Cancellation));

        File.ReadAllText(path).ShouldBe("first");
        File.Exists(outside).ShouldBeFalse();
    }

    [Fact]
    public async Task CreateFolder_Folder_IsOneThatANextProcessFindsAndRemoves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells by /proc whose process lives.");
        await using var folder = _tool.Runner.CreateFolder();
        Path.GetFileName(folder.Path).ShouldStartWith($"registry-operator-tool-{Environment.ProcessId}-");
        Path.GetDirectoryName(folder.Path).ShouldBe(Path.TrimEndingDirectorySeparator(Path.GetTempPath()));
        using var temporary = new TemporaryFolder("left");
        var copy = Directory.CreateDirectory(temporary.File(Path.GetFileName(folder.Path))).FullName;

        ToolFolder.RemoveLeft(temporary.Path, NullLogger.Instance);

        Directory.Exists(copy).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/file")]
    [InlineData("..\\escape")]
    [InlineData("a\0b")]
    public async Task WriteFileAsync_NameWithAPath_IsRefused(string name)
    {
        await using var folder = _tool.Runner.CreateFolder();
        await Should.ThrowAsync<ArgumentException>(folder.WriteFileAsync(name, default, Cancellation));
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task DisposeAsync_FolderWithAnything_RemovesItAndFollowsNoLink()
    {
        var kept = _tool.File("kept");
        File.WriteAllText(kept, "kept");
        var folder = _tool.Runner.CreateFolder();
        var inner = Directory.CreateDirectory(Path.Combine(folder.Path, "a", "b"));
        File.WriteAllText(Path.Combine(inner.FullName, "file"), "");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), kept);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "folder-link"), _tool.Folder);
        // As tools leave behind that unpack images with their own rights.
        if (!OperatingSystem.IsWindows()) inner.UnixFileMode = UnixFileMode.UserRead;
        await folder.DisposeAsync();
        await folder.DisposeAsync();
        Directory.Exists(folder.Path).ShouldBeFalse();
        File.ReadAllText(kept).ShouldBe("kept");
    }
}
