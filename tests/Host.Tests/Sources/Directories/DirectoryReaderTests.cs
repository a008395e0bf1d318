using System.Diagnostics;
using System.Text;
using RegistryOperator.Host.Sources.Directories;
using RegistryOperator.Host.Yaml;
using static RegistryOperator.Host.Tests.Sources.Directories.FolderSandbox;

namespace RegistryOperator.Host.Tests.Sources.Directories;

/// <summary>What is read of a folder, and what a change of it means.</summary>
public sealed class DirectoryReaderTests : IDisposable
{
    private readonly FolderSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("api.yaml", true)]
    [InlineData("api.yml", true)]
    [InlineData("api.json", true)]
    [InlineData("API.YAML", true)]
    [InlineData(".api.yaml", false)]
    [InlineData("..api.yaml", false)]
    [InlineData(".api.yaml.swp", false)]
    [InlineData("api.yaml~", false)]
    [InlineData("api.yaml.new", false)]
    [InlineData("api.txt", false)]
    [InlineData("yaml", false)]
    [InlineData("sub/api.yaml", false)]
    [InlineData(".status/shop.api.json", false)]
    public void Look_File_CountsByItsName(string file, bool counts)
    {
        _sandbox.Write(file, Manifest("api"));

        Names(_sandbox.Read()).ShouldBe(counts ? ["shop/api"] : []);
    }

    [Fact]
    public void Look_SameResourceInTwoFiles_TheFirstNameCountsAndTheOtherIsAProblem()
    {
        _sandbox.Write("a.yaml", Manifest("api", "from/a"));
        var second = _sandbox.Write("b.yaml", Manifest("api", "from/b"));
        var first = _sandbox.Write("B.yaml", Manifest("api", "from/capital"));

        var content = _sandbox.Read()!;

        content.Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("from/capital");
        content.Problems.Select(problem => problem.File).ShouldBe([_sandbox.PathOf("a.yaml"), second]);
        content.Problems.ShouldAllBe(problem => problem.Message.Contains("shop/api is given twice") && problem.Message.Contains(first));
    }

    /// <summary>As Secrets: what another file says is used, and what the broken one said stays.</summary>
    [Fact]
    public void Look_FileWithAnError_HidesNoWorkloadOfAnother()
    {
        _sandbox.Write("a.yaml", Deployment("a", "nginx:1"));
        _sandbox.Write("b.yaml", Deployment("b", "nginx:1"));
        _sandbox.Read();
        _sandbox.Write("a.yaml", Deployment("a", "nginx:2"));
        _sandbox.Write("b.yaml", "kind: [");
        _sandbox.Write("c.yaml", Deployment("c", "nginx:2"));

        _sandbox.Read()!.Workloads
            .Select(one => $"{one.Object.Metadata.Name} {one.Object.Template!.Spec!.Containers![0].Image}").ShouldBe(["a nginx:2", "c nginx:2", "b nginx:1"]);
    }

    [Fact]
    public void Look_WorkloadWithoutAnImage_IsToldAsANotice()
    {
        _sandbox.Write("a.yaml", Deployment("a", "nginx:"));

        var content = _sandbox.Read()!;

        content.Problems.ShouldBeEmpty();
        content.WorkloadNotices.ShouldHaveSingleItem().Message.ShouldEndWith(
            "of Deployment default/a is not compared: its image 'nginx:' is not of the form HOST/REPOSITORY:TAG");
    }

    [Fact]
    public void Look_NothingChanged_TellsNothing()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read().ShouldNotBeNull();

        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: true));
    }

    [Fact]
    public void Look_EmptyFolder_IsToldToo()
    {
        var content = _sandbox.Read().ShouldNotBeNull();

        content.Registries.ShouldBeEmpty();
        content.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void Look_Change_CountsWhenTwoLooksAgree()
    {
        _sandbox.Read();
        _sandbox.Write("api.yaml", Manifest("api", "half/written"));
        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: false));
        _sandbox.Write("api.yaml", Manifest("api", "whole"));
        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: false));

        var settled = _sandbox.Reader.Look();

        settled.IsSettled.ShouldBeTrue();
        settled.Content!.IsComplete.ShouldBeTrue();
        settled.Content!.Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("whole");
    }

    [Fact]
    public void Look_ChangedAndChangedBack_IsNoChange()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();
        File.Delete(_sandbox.PathOf("api.yaml"));
        _sandbox.Reader.Look().IsSettled.ShouldBeFalse();
        _sandbox.Write("api.yaml", Manifest("api"));

        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: true));

        File.Delete(_sandbox.PathOf("api.yaml"));
        _sandbox.Reader.Look().Content.ShouldBeNull("what was seen before is seen for the first time again");
    }

    [Fact]
    public void Look_FolderThatNeverRests_IsTakenAsItIsWithoutWhatItLacks()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Write("secret.yaml", Secret("login", "kept"));
        _sandbox.Read();
        File.Delete(_sandbox.PathOf("api.yaml"));
        File.Delete(_sandbox.PathOf("secret.yaml"));
        _sandbox.Write("new.yaml", Manifest("new"));

        for (var look = 1; look < 10; look++) LookAtAnotherState(look).ShouldBe(new DirectoryLook(Content: null, IsSettled: false), $"look {look}");
        var content = LookAtAnotherState(10).Content.ShouldNotBeNull();

        content.IsComplete.ShouldBeFalse();
        Names(content).ShouldBe(["shop/api", "shop/new"], ignoreOrder: true);
        content.Secrets.Select(secret => secret.Name).ShouldBe(["login"]);

        LookAtAnotherState(11).Content.ShouldBeNull("it is not taken as it is at each look");
        Names(_sandbox.Read()).ShouldBe(["shop/new"], "at rest, what it lacks is gone");

        DirectoryLook LookAtAnotherState(int number)
        {
            _sandbox.Write("noise.yaml", $"# {number}");
            return _sandbox.Reader.Look();
        }
    }

    [Fact]
    public void Look_RestsWhereItWasAfterAllThat_IsToldAgain()
    {
        _sandbox.Write("api.yaml", Manifest("api", "first"));
        _sandbox.Read();
        for (var look = 0; look < DirectoryReader.MaximumUnsettledLooks; look++)
        {
            _sandbox.Write("api.yaml", Manifest("api", $"state/s{look}"));
            _sandbox.Reader.Look();
        }

        _sandbox.Write("api.yaml", Manifest("api", "first"));

        _sandbox.Read().ShouldNotBeNull().Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("first");
    }

    [Fact]
    public void Forget_NothingChanged_TellsAllAgain()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();

        _sandbox.Reader.Forget();

        _sandbox.Reader.Look().IsSettled.ShouldBeFalse();
        Names(_sandbox.Read()).ShouldBe(["shop/api"]);
    }

    [Fact]
    public void Look_MistakeInAFile_KeepsWhatItLastSaidAndNoOthers()
    {
        _sandbox.Write("two.yaml", Manifest("one", "old") + "---\n" + Manifest("two", "old") + "---\n" + Secret("login", "old"));
        _sandbox.Write("other.yaml", Manifest("other"));
        _sandbox.Read();

        var file = _sandbox.Write("two.yaml", "kind: [\n---\n" + Manifest("two", "new"));
        File.Delete(_sandbox.PathOf("other.yaml"));
        var content = _sandbox.Read()!;

        content.Registries.Select(resource => $"{resource.FullName} {resource.Spec.Repository}").ShouldBe(["shop/one old", "shop/two new"], ignoreOrder: true);
        content.Problems.ShouldHaveSingleItem().File.ShouldBe(file);
        content.Secrets.Select(secret => secret.Name).ShouldBe(["login"]);

        _sandbox.Write("two.yaml", Manifest("two", "new"));
        content = _sandbox.Read()!;
        Names(content).ShouldBe(["shop/two"], "mended, it no longer says the other");
        content.Secrets.ShouldBeEmpty();
    }

    [Fact]
    public void Look_MistakeInAFile_TakesSecretsOfOthersAsTheyAreNow()
    {
        _sandbox.Write("bad.yaml", "kind: [");
        _sandbox.Write("login.yaml", Secret("login", "old"));
        _sandbox.Read();

        _sandbox.Write("login.yaml", Secret("login", "new"));

        Encoding.UTF8.GetString(_sandbox.Read()!.Secrets.ShouldHaveSingleItem().Data["password"].Span).ShouldBe("new");
    }

    public static TheoryData<string, Action<string>> Obstacles { get; } = new()
    {
        { "is a folder", path => Directory.CreateDirectory(path) },
        { "which does not exist", path => File.CreateSymbolicLink(path, "nowhere.yaml") },
        { "can't be read", path => File.CreateSymbolicLink(path, path) },
        { "is a folder", path => Directory.CreateSymbolicLink(path, "/") },
        { "more than 10 MiB", path => File.WriteAllText(path, new string('#', YamlLimits.FileLength + 1)) },
    };

    [Theory]
    [MemberData(nameof(Obstacles), DisableDiscoveryEnumeration = true)]
    public void Look_FileThatCanNoLongerBeRead_KeepsWhatItLastSaidAndIsNamed(string complaint, Action<string> obstruct)
    {
        var path = _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Write("other.yaml", Manifest("other"));
        _sandbox.Read();
        File.Delete(path);
        obstruct(path);

        var content = _sandbox.Read()!;

        Names(content).ShouldBe(["shop/api", "shop/other"], ignoreOrder: true);
        var problem = content.Problems.ShouldHaveSingleItem();
        problem.File.ShouldBe(path);
        problem.Message.ShouldContain(complaint);
        _sandbox.Reader.Look().Content.ShouldBeNull("told once");
    }

    [Fact]
    public void Look_FileAtTheLimit_IsRead()
    {
        var manifest = Manifest("api");
        _sandbox.Write("api.yaml", manifest + new string('#', YamlLimits.FileLength - manifest.Length));

        Names(_sandbox.Read()).ShouldBe(["shop/api"]);
    }

    [Fact]
    public void Look_EmptyFile_HoldsNothing()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();
        _sandbox.Write("api.yaml", "");

        var content = _sandbox.Read()!;

        content.Registries.ShouldBeEmpty();
        content.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Look_Pipe_IsNotWaitedFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes with names are Linux's.");
        using (var mkfifo = Process.Start(new ProcessStartInfo("mkfifo", [_sandbox.PathOf("pipe.yaml")]))!) await mkfifo.WaitForExitAsync(Token);
        _sandbox.Write("api.yaml", Manifest("api"));

        var content = await Task.Run(_sandbox.Read, Token).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);

        Names(content).ShouldBe(["shop/api"]);
    }

    [Fact]
    public void Look_FolderAway_ThrowsAndDecidesNothing()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();
        _sandbox.Away();
        Should.Throw<IOException>(_sandbox.Reader.Look);
        _sandbox.Back();

        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: true));
    }

    [Fact]
    public async Task Look_FilesComeAndGo_NeverFailsAndLosesNothing()
    {
        _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var churn = Enumerable.Range(0, 2).Select(worker => Task.Run(
            () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var path = _sandbox.PathOf($"tmp{worker}-{i % 50}.yaml");
                    File.WriteAllText(path, "# x\n");
                    File.Delete(path);
                }
            },
            Token)).ToList();

        for (var look = 0; look < 300; look++)
        {
            if (_sandbox.Reader.Look().Content is { } content) Names(content).ShouldBe(["shop/api"]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(churn);
    }

    [Fact]
    public void Look_MountedConfigMapSwapped_IsAChange()
    {
        _sandbox.Mount("v1", ("api.yaml", Manifest("api", "team/one")), ("login.yaml", Secret("login", "one")));
        var before = _sandbox.Read()!;
        before.Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("team/one");
        before.Problems.ShouldBeEmpty();

        _sandbox.Mount("v2", ("api.yaml", Manifest("api", "team/two")), ("login.yaml", Secret("login", "two")));

        var after = _sandbox.Read().ShouldNotBeNull();
        after.Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("team/two");
        Encoding.UTF8.GetString(after.Secrets.ShouldHaveSingleItem().Data["password"].Span).ShouldBe("two");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Look_OtherContentOfTheSameSizeAndTime_IsAChange(bool isMounted)
    {
        var time = DateTime.UnixEpoch.AddYears(50);
        Put("v1", "team/one");
        _sandbox.Read();
        Put("v2", "team/two");

        _sandbox.Read().ShouldNotBeNull().Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("team/two");

        void Put(string version, string repository)
        {
            if (isMounted) _sandbox.Mount(version, ("api.yaml", Manifest("api", repository)));
            else _sandbox.Write("api.yaml", Manifest("api", repository));
            File.SetLastWriteTimeUtc(isMounted ? _sandbox.PathOf($"..{version}/api.yaml") : _sandbox.PathOf("api.yaml"), time);
        }
    }

    [Fact]
    public void Look_SameContentWrittenAnew_IsNoChange()
    {
        var path = _sandbox.Write("api.yaml", Manifest("api"));
        _sandbox.Read();
        File.Delete(path);
        _sandbox.Write("api.yaml", Manifest("api"));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(50));

        _sandbox.Reader.Look().ShouldBe(new DirectoryLook(Content: null, IsSettled: true));
    }

    [Fact]
    public void Look_ContentMovedToAnotherFile_IsAChange()
    {
        _sandbox.Write("a.yaml", Manifest("api"));
        _sandbox.Read();
        File.Move(_sandbox.PathOf("a.yaml"), _sandbox.PathOf("b.yaml"));

        Names(_sandbox.Read().ShouldNotBeNull()).ShouldBe(["shop/api"]);
    }

    [Fact]
    public void Look_ChainOfLinksThatLeadsOutside_IsFollowed()
    {
        var target = Path.Combine(_sandbox.Outside, "target.txt");
        File.WriteAllText(target, Manifest("api", "outside/one"));
        File.CreateSymbolicLink(_sandbox.PathOf(".hop"), target);
        File.CreateSymbolicLink(_sandbox.PathOf("api.yaml"), ".hop");
        _sandbox.Read()!.Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("outside/one");

        File.WriteAllText(target, Manifest("api", "outside/two"));

        _sandbox.Read().ShouldNotBeNull().Registries.ShouldHaveSingleItem().Spec.Repository.ShouldBe("outside/two");
    }

    [Theory]
    [InlineData("{namespace: shop, name: ../api}", "metadata.name")]
    [InlineData("{namespace: ../../shop, name: api}", "metadata.namespace")]
    public void Look_NameThatLeadsElsewhere_IsRefused(string metadata, string field)
    {
        _sandbox.Write("api.yaml", Manifest("api").Replace("{namespace: shop, name: api}", metadata, StringComparison.Ordinal));

        var content = _sandbox.Read()!;

        content.Registries.ShouldBeEmpty();
        content.Problems.ShouldHaveSingleItem().Message.ShouldContain(field);
    }

    private static IEnumerable<string> Names(DirectoryContent? content) => content.ShouldNotBeNull().Registries.Select(resource => resource.FullName);

    private static string Deployment(string name, string image) =>
        $"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: '{image}'}}]}}}}}}\n";
}
