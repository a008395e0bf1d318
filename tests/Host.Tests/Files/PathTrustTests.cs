using System.Runtime.Versioning;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Files;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Files;

/// <summary>What others can change is not run.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PathTrustTests : IDisposable
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new("trust");

    public PathTrustTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked who owns a file.");

    private string Tool => _folder.File("opt/bin/tool");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("opt/bin/tool", UnixFileMode.OtherWrite, true)]
    [InlineData("opt/bin/tool", UnixFileMode.GroupWrite, true)]
    [InlineData("opt/bin/tool", UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, false)]
    [InlineData("opt/bin/tool", UnixFileMode.OtherWrite | UnixFileMode.StickyBit, true)]
    [InlineData("opt/bin", UnixFileMode.OtherWrite | UnixFileMode.OtherExecute, true)]
    [InlineData("opt/bin", UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit, false)]
    [InlineData("opt", UnixFileMode.GroupWrite | UnixFileMode.GroupExecute, true)]
    public void ProblemOf_WritableByOthers_NamesPathModeAndSetting(string path, UnixFileMode added, bool isProblem)
    {
        Assert.SkipWhen(added.HasFlag(UnixFileMode.GroupWrite) && !Environment.IsPrivilegedProcess, "A user's private group is the user's own.");
        Make();
        File.SetUnixFileMode(_folder.File(path), Owners | added);

        var problem = PathTrust.Strict.ProblemOf(Tool);

        if (!isProblem)
        {
            problem.ShouldBeNull();
            return;
        }

        problem.ShouldNotBeNull().ShouldStartWith($"{_folder.File(path)} can be written by other users (mode 0");
        problem.ShouldContain("Security:TrustedPaths");
        new PathTrust([_folder.Path]).ProblemOf(Tool).ShouldBeNull();
        new PathTrust([_folder.Path + "x"]).ProblemOf(Tool).ShouldNotBeNull();
    }

    [Fact]
    public void ProblemOf_Link_IsThatOfWhatItLeadsTo()
    {
        Make();
        var link = _folder.File("link");
        File.CreateSymbolicLink(link, "opt/bin/../bin/tool");
        PathTrust.Strict.ProblemOf(link).ShouldBeNull();

        File.SetUnixFileMode(Tool, Owners | UnixFileMode.OtherWrite);

        PathTrust.Strict.ProblemOf(link).ShouldNotBeNull().ShouldContain(Tool);
        new PathTrust([_folder.File("opt")]).ProblemOf(link).ShouldBeNull();
    }

    [Fact]
    public void ProblemOf_LinksInACircle_IsSaid()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");

        PathTrust.Strict.ProblemOf(_folder.File("a")).ShouldNotBeNull().ShouldContain("links");
    }

    [Fact]
    public void ProblemOfAll_FileDeepInside_IsFound()
    {
        Make();
        PathTrust.Strict.ProblemOfAll(_folder.File("opt")).ShouldBeNull();

        File.SetUnixFileMode(Tool, Owners | UnixFileMode.OtherWrite);

        PathTrust.Strict.ProblemOfAll(_folder.File("opt")).ShouldNotBeNull().ShouldStartWith(Tool);
    }

    [Fact]
    public async Task ProblemOf_AnotherUsers_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root gives files away.");
        Make();
        await GiveAwayAsync(Tool);

        var problem = PathTrust.Strict.ProblemOf(Tool);

        problem.ShouldNotBeNull().ShouldStartWith($"{Tool} belongs to user 12346 (mode 0700), who is neither root nor the user of this process (0)");
        PathTrust.Strict.ProblemOfAll(_folder.File("opt")).ShouldBe(problem);
    }

    [Theory]
    [InlineData("Security:TrustedPaths", "{folder}/opt/", true)]
    [InlineData("Security:TrustedPaths:1", "{folder}/opt/bin/tool", true)]
    [InlineData("Security:TrustedPaths", "/", true)]
    [InlineData("Security:TrustedPaths", "{folder}/op", false)]
    [InlineData("Security:TrustedPaths", "", false)]
    public void Read_Setting_IsAPathOrAList(string key, string value, bool isTrusted)
    {
        Make();
        File.SetUnixFileMode(Tool, Owners | UnixFileMode.OtherWrite);
        var setting = KeyValuePair.Create(key, (string?)value.Replace("{folder}", _folder.Path, StringComparison.Ordinal));

        var trust = PathTrust.Read(new ConfigurationBuilder().AddInMemoryCollection([setting]).Build());

        (trust.ProblemOf(Tool) is null).ShouldBe(isTrusted);
    }

    internal static async Task GiveAwayAsync(string path)
    {
        using var change = System.Diagnostics.Process.Start("chown", ["-h", "12346:12346", path]);
        await change.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private void Make()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Tool)!);
        File.WriteAllText(Tool, "#!/bin/sh\n");
        foreach (var path in (string[])["opt", "opt/bin", "opt/bin/tool"]) File.SetUnixFileMode(_folder.File(path), Owners);
    }
}
