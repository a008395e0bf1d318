using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class PluginLocatorTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("Trivy", "Trivy", "Trivy")]
    [InlineData("Trivy", "Other.Name", "Other.Name")]
    [InlineData("Trivy", "A.dep,Acme.Trivy", "Acme.Trivy")]
    [InlineData("trivy", "A.dep,Trivy", "Trivy")]
    public void Locate_DependenciesFiles_NameTheEntryAssembly(string folder, string names, string expected)
    {
        var path = _sandbox.AddFiles(folder, [.. names.Split(',').SelectMany(name => new[] { (name + ".deps.json", "{}"), (name + ".dll", "") })]);

        var (folders, failures) = Locate();

        failures.ShouldBeEmpty();
        folders.ShouldBe([new PluginFolder(folder, path, Path.Combine(path, expected + ".dll"))]);
    }

    [Theory]
    [InlineData("readme.txt", "It has no .deps.json file")]
    [InlineData("A.deps.json,B.deps.json", "It has several .deps.json files (A, B)")]
    [InlineData("A.X.deps.json,B.X.deps.json", "It has several .deps.json files (A.X, B.X)")]
    [InlineData("A.deps.json", "It has A.deps.json but no A.dll")]
    public void Locate_FolderThatIsNoPlugin_IsAFailure(string files, string reason)
    {
        var path = _sandbox.AddFiles("X", [.. files.Split(',').Select(name => (name, "{}"))]);

        var (folders, failures) = Locate();

        folders.ShouldBeEmpty();
        var failure = failures.ShouldHaveSingleItem();
        failure.Folder.ShouldBe(path);
        failure.Reason.ShouldStartWith(reason);
    }

    [Fact]
    public void Locate_HiddenFolders_AreIgnored()
    {
        _sandbox.AddFiles(".git");
        _sandbox.AddFiles("lost+found");

        var (folders, failures) = Locate();

        (folders.Count, failures.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void Locate_SeveralDirectories_KeepsTheirOrderAndSortsEach()
    {
        foreach (var folder in (string[])["b/a", "b/B", "a/m"])
        {
            var path = Directory.CreateDirectory(Path.Combine(_sandbox.Root, folder)).FullName;
            File.WriteAllText(Path.Combine(path, "P.deps.json"), "{}");
            File.WriteAllText(Path.Combine(path, "P.dll"), "");
        }

        var (folders, _) = PluginLocator.Locate([Named("b"), Named("a"), Named("b/"), Named("a") with { IsRequired = false }]);

        folders.Select(folder => folder.Name).ShouldBe(["B", "a", "m"]);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Locate_MissingDirectory_IsAFailureOnlyWhereAUserNamedIt(bool isRequired, int expected)
    {
        var (_, failures) = PluginLocator.Locate([new PluginDirectory(Path.Combine(_sandbox.Root, "nowhere"), isRequired)]);

        failures.Count.ShouldBe(expected);
        if (expected > 0) failures[0].Reason.ShouldBe("The plugin directory does not exist: create it, or correct the path in the settings.");
    }

    [Fact]
    public void Failure_Name_IsThatOfItsFolder()
    {
        new PluginFailure("/plugins/Trivy/", "r").Name.ShouldBe("Trivy");
        new PluginFailure("/plugins/Trivy", "r").ToString().ShouldBe("Plugin /plugins/Trivy: r");
        PluginDirectory.Default.ShouldBe(new PluginDirectory(Path.Combine(AppContext.BaseDirectory, "plugins"), IsRequired: false));
    }

    private PluginDirectory Named(string name) => new(Path.Combine(_sandbox.Root, name), IsRequired: true);

    private (IReadOnlyList<PluginFolder> Folders, IReadOnlyList<PluginFailure> Failures) Locate() => PluginLocator.Locate([Named("plugins")]);
}
