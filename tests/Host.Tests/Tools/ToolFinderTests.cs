using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class ToolFinderTests : IDisposable
{
    private readonly ScriptedTool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Find_ToolOnPath_IsFoundThereBeforeThePluginsFolder()
    {
        _tool.Write("sh", "");
        _tool.Runner.Find("sh").ShouldNotBeNull().ShouldNotStartWith(_tool.Folder);
    }

    [Fact]
    public void Find_ToolInThePluginsFolderOnly_IsFoundThere()
    {
        var path = _tool.Write("tool-of-a-test", "");
        _tool.Runner.Find("tool-of-a-test").ShouldBe(path);
    }

    [Fact]
    public void Find_ToolNowhere_IsNull() => _tool.Runner.Find("tool-of-a-test").ShouldBeNull();

    [Fact]
    public void Find_FileThatMayNotBeExecuted_IsNoTool()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Permissions are Linux's.");
        File.WriteAllText(_tool.File("tool-of-a-test"), "");
        _tool.Runner.Find("tool-of-a-test").ShouldBeNull();
        _tool.Runner.Find("tool-of-a-test", _tool.File("tool-of-a-test")).ShouldBeNull();
    }

    [Fact]
    public void Find_Configured_IsTaken()
    {
        var path = _tool.Write("other-name", "");
        _tool.Runner.Find("sh", path).ShouldBe(path);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData(".")]
    public void Find_ConfiguredWrongly_LooksNowhereElse(string configured) =>
        _tool.Runner.Find("sh", Path.Combine(_tool.Folder, configured)).ShouldBeNull();

    [Theory]
    [InlineData("../sh")]
    [InlineData("/bin/sh")]
    [InlineData("")]
    public void Find_NameWithAPath_IsRefused(string name) => Should.Throw<ArgumentException>(() => _tool.Runner.Find(name));

    [Fact]
    public void Find_SearchPath_IsSearchedInOrderBeforeThePluginsFolder()
    {
        string[] folders = [Folder("first"), Folder("second")];
        var second = _tool.Write("second/tool-of-a-test", "");
        _tool.Write("tool-of-a-test", "");
        Find($"/no/such/folder:{folders[0]}:{folders[1]}").ShouldBe(second);

        var first = _tool.Write("first/tool-of-a-test", "");
        Find($"/no/such/folder:{folders[0]}:{folders[1]}").ShouldBe(first);
        Find($"{folders[1]}:{folders[0]}").ShouldBe(second);
    }

    [Fact]
    public void Find_EntriesThatMeanTheCurrentFolder_AreNotSearched()
    {
        var name = $"tool-{Guid.NewGuid():N}";
        var path = Path.Combine(Environment.CurrentDirectory, name);
        File.Copy(_tool.Write("tool", ""), path);
        try
        {
            ToolFinder.Find(name, configured: null, "::.:./:relative:" + Path.GetFileName(Environment.CurrentDirectory), _tool.Folder).ShouldBeNull();
            ToolFinder.Find(name, configured: null, Environment.CurrentDirectory, _tool.Folder).ShouldBe(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Find_NoSearchPath_LooksIntoThePluginsFolder(string? searchPath)
    {
        var path = _tool.Write("tool-of-a-test", "");

        Find(searchPath).ShouldBe(path);
    }

    [Fact]
    public void Find_ConfiguredEmpty_IsNotConfigured()
    {
        var path = _tool.Write("tool-of-a-test", "");

        ToolFinder.Find("tool-of-a-test", configured: "", searchPath: null, _tool.Folder).ShouldBe(path);
    }

    [Fact]
    public void Find_ConfiguredRelative_IsAFullPath()
    {
        var path = _tool.Write("other-name", "");

        ToolFinder.Find("sh", Path.GetRelativePath(Environment.CurrentDirectory, path), searchPath: null, _tool.Folder).ShouldBe(path);
    }

    [Fact]
    public void Find_FolderOfThatName_IsNoTool()
    {
        Folder("tool-of-a-test");

        Find(null).ShouldBeNull();
    }

    private string? Find(string? searchPath) => ToolFinder.Find("tool-of-a-test", configured: null, searchPath, _tool.Folder);

    private string Folder(string name) => Directory.CreateDirectory(_tool.File(name)).FullName;
}
