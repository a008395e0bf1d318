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
}
