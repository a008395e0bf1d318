using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class PluginStateTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("state-");
    private readonly MessageLog<PluginState> _log = new();

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void FolderOf_Plugin_IsItsOwnersAloneAndTheSameAfterARestart()
    {
        var folder = New().FolderOf(Plugin("/a/Trivy"))!;
        File.WriteAllText(Path.Combine(folder, "kept"), "");

        folder.ShouldBe(Path.Combine(_data.FullName, "plugin-state", "Trivy"));
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows()) (File.GetUnixFileMode(folder), File.GetUnixFileMode(Path.GetDirectoryName(folder)!)).ShouldBe((OwnerOnly, OwnerOnly));
        New().FolderOf(Plugin("/a/Trivy")).ShouldBe(folder);
        File.Exists(Path.Combine(folder, "kept")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/a/Trivy", "/b/Trivy")]
    [InlineData("/a/Trivy", "/b/TRIVY")]
    public void FolderOf_PluginsOfTheSameName_AreDifferentAndStayWithTheirPath(string first, string second)
    {
        var (before, after) = (New(), New());

        var folders = new[] { first, second }.Select(path => before.FolderOf(Plugin(path))!).ToArray();

        folders.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(2);
        folders[0].ShouldEndWith("/Trivy");
        new[] { first, second }.Select(path => after.FolderOf(Plugin(path))!).ShouldBe(folders);
    }

    [Fact]
    public void FolderOf_NoDataDirectory_IsNone() =>
        new PluginState(null, _log).FolderOf(Plugin("/a/Trivy")).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../elsewhere")]
    [InlineData("a/b")]
    [InlineData("/elsewhere")]
    public void FolderOf_NameThatLeadsElsewhere_IsNoneAndSaysSo(string name)
    {
        New().FolderOf(new PluginFolder(name, "/a/x", "/a/x/x.dll")).ShouldBeNull();

        _log.Messages.ShouldHaveSingleItem().Message.ShouldContain("The plugin's name is no name of a folder.");
        _data.GetDirectories("elsewhere", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void FolderOf_FolderThatCantBeMade_IsNoneAndSaysWhy()
    {
        File.WriteAllText(Path.Combine(_data.FullName, "plugin-state"), "in the way");

        New().FolderOf(Plugin("/a/Trivy")).ShouldBeNull();

        _log.Messages.ShouldHaveSingleItem().Message.ShouldStartWith("Plugin /a/Trivy has no folder for what it keeps: ");
    }

    private static PluginFolder Plugin(string path) => new(Path.GetFileName(path), path, Path.Combine(path, "plugin.dll"));

    private PluginState New() => new(_data.FullName, _log);
}
