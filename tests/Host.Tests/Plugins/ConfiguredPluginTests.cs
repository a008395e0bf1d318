using Microsoft.Extensions.Logging;
using NSubstitute;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Details;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Plugins;

/// <summary>What plugins bring and how they are named, by a sample plugin that brings what its settings say.</summary>
public sealed class ConfiguredPluginTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("Scanners")]
    [InlineData("RegistryScanners")]
    [InlineData("Providers")]
    [InlineData("Authenticators")]
    public async Task Load_NameOfAnyPart_IsAcceptedUpTo63Characters(string part)
    {
        Add("Longest", (part, new string('a', 63)));
        Add("TooLong", (part, new string('a', 64)));

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Plugins.Select(plugin => plugin.Name).ShouldBe(["Longest"]);
        catalog.Failures.ShouldHaveSingleItem().Reason.ShouldContain(
            $" is named '{new string('a', 64)}': a name has up to 63 lower-case letters, digits, dots and hyphens, " +
            "and starts and ends with a letter or digit.");
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("7", true)]
    [InlineData("a.b-c9", true)]
    [InlineData("a..b", true)]
    [InlineData("", false)]
    [InlineData("Trivy", false)]
    [InlineData("a_b", false)]
    [InlineData("a b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("ä", false)]
    [InlineData("a\u001b[31m", false)]
    public async Task Load_NameOfAnyPart_IsOneThatAResourceCanWrite(string name, bool isAccepted)
    {
        foreach (var part in (string[])["Scanners", "Providers", "Authenticators"]) Add(part, (part, name));

        await using var catalog = await _sandbox.LoadAsync();

        (catalog.Plugins.Count, catalog.Failures.Count).ShouldBe(isAccepted ? (3, 0) : (0, 3));
    }

    [Theory]
    [InlineData("Scanners", "x,x", "It has two scanner of kind customs named 'x': names are unique.")]
    [InlineData("Scanners", "sbom/x,vulnerability/x,x", null)] // a name for each kind
    [InlineData("Providers", "x,x", "It has two registry client providers named 'x': names are unique.")]
    [InlineData("Authenticators", "x,x", "It has two authenticators named 'x': names are unique.")]
    [InlineData("IsBoth", "true", "Its scanner Fixtures.Configured.Both is both an IImageScanner and an IRegistryScanner: make it two classes.")]
    [InlineData("IsNeither", "true", "Its scanner Fixtures.Configured.Neither is neither an IImageScanner nor an IRegistryScanner.")]
    [InlineData("HasNoDescriptor", "true", "Its scanner Fixtures.Configured.Scanner has no descriptor.")]
    [InlineData(
        "Nothing", "true",
        "It has no public class that implements IImageScanner, IRegistryScanner, IRegistryClientProvider or IRegistryAuthenticator, " +
        "and its startup class, if any, registers none.")]
    [InlineData("Options", "A,a", "It declares the option A twice: keys are unique, and case counts for nothing.")]
    [InlineData("Options", "A, ", "It declares an option without a key: give it one.")]
    [InlineData("Options", "A,B", null)]
    public async Task Load_WhatAPluginBrings_IsCheckedAndToldInOneSentence(string key, string values, string? reason)
    {
        if (key == "Options") Add("Plugin", ("Authenticators", "x"), ("Options", values.Split(',')[0]), ("Options", values.Split(',')[1]));
        else if (values == "true") Add("Plugin", (key, null));
        else Add("Plugin", [.. values.Split(',').Select(value => (key, (string?)value))]);

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.Select(failure => failure.Reason).ShouldBe(reason is null ? [] : [reason]);
        catalog.Plugins.Count.ShouldBe(reason is null ? 1 : 0);
    }

    [Fact]
    public async Task Load_SeveralFolders_AskLaterOnesFirstForAccessAndKeepScannersInTheirOrder()
    {
        foreach (var folder in (string[])["B", "A", "C"])
        {
            var name = folder.ToLowerInvariant();
            Add(folder, ("Scanners", "s1-" + name), ("Scanners", "s2-" + name), ("Providers", name), ("Authenticators", name));
        }

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Plugins.Select(plugin => plugin.Name).ShouldBe(["A", "B", "C"]);
        catalog.Scanners.Select(scanner => scanner.Descriptor.Name).ShouldBe(["s1-a", "s2-a", "s1-b", "s2-b", "s1-c", "s2-c"]);
        catalog.RegistryClientProviders.Select(provider => provider.Name).ShouldBe(["c", "b", "a"]);
        catalog.Authenticators.Select(authenticator => authenticator.Name).ShouldBe(["c", "b", "a"]);
        catalog.Notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Scanners", "Scanner 'custom/x'")]
    [InlineData("Providers", "Registry client provider 'x'")]
    [InlineData("Authenticators", "Authenticator 'x'")]
    public async Task Load_SeveralFoldersClaimAName_TheLastHasItAndEachReplacementIsANotice(string part, string what)
    {
        foreach (var folder in (string[])["A", "B", "C"]) Add(folder, (part, "x"));
        Add("D", (part, "other"));

        await using var catalog = await _sandbox.LoadAsync();

        var winner = catalog.Plugins.Single(plugin => plugin.Name == "C");
        object[] parts = part switch
        {
            "Scanners" => [.. catalog.Scanners],
            "Providers" => [.. catalog.RegistryClientProviders],
            _ => [.. catalog.Authenticators],
        };
        object[] winners = part switch
        {
            "Scanners" => [.. winner.Scanners],
            "Providers" => [.. winner.RegistryClientProviders],
            _ => [.. winner.Authenticators],
        };
        parts.Length.ShouldBe(2);
        parts.ShouldContain(winners.Single());
        var folders = catalog.Plugins.Select(plugin => plugin.Folder).ToArray();
        catalog.Notices.ShouldBe([
            $"{what} of {folders[0]} is replaced by that of {folders[1]}, the later plugin folder.",
            $"{what} of {folders[1]} is replaced by that of {folders[2]}, the later plugin folder.",
        ]);
    }

    [Fact]
    public async Task List_ScannerOfALaterFolderWithTheSameName_IsTheOneThatIsReady()
    {
        foreach (var folder in (string[])["A", "B"]) Add(folder, ("Scanners", "x"));
        await using var catalog = await _sandbox.LoadAsync();

        var rows = await PluginListing.BuildAsync(catalog, TestContext.Current.CancellationToken);

        rows.Select(row => row.Readiness).ShouldBe(["Replaced by a later plugin folder with the same name.", "ready"]);
    }

    [Fact]
    public async Task Find_FolderThatDoesNotRunAndAPartOfItsName_IsTheFolder()
    {
        Add("x", ("Fails", null));
        Add("B", ("Scanners", "x"));
        await using var catalog = await _sandbox.LoadAsync();

        var found = await PluginDetailsReader.FindAsync(catalog, _ => "spec.options", "x", TestContext.Current.CancellationToken);

        found.ShouldHaveSingleItem().Failure.ShouldNotBeNull();
    }

    [Fact]
    public async Task Load_SameNameOfAnotherKind_ReplacesNothing()
    {
        Add("A", ("Scanners", "sbom/x"));
        Add("B", ("Scanners", "vulnerability/x"));

        await using var catalog = await _sandbox.LoadAsync();

        (catalog.Scanners.Count, catalog.Notices.Count).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Load_PluginThatFailsToStart_IsStoppedAndTheOthersRun()
    {
        var file = Path.Combine(_sandbox.Root, "stopped");
        Add("A", ("StopFile=" + file, null), ("Authenticators", "Bad Name"));
        Add("B", ("Fails", null));
        Add("C", ("Authenticators", "x"));

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Plugins.Select(plugin => plugin.Name).ShouldBe(["C"]);
        catalog.Failures.Select(failure => failure.Name).ShouldBe(["A", "B"]);
        catalog.Failures[1].Reason.ShouldBe("InvalidOperationException: Made to fail.");
        File.ReadAllText(file).ShouldBe("disposed");
    }

    [Fact]
    public async Task Load_PluginThatFailsToStartAndToStop_IsToldByTheFirstFault()
    {
        Add("A", ("StopFile=" + Path.Combine(_sandbox.Root, "stopped"), null), ("StopFails", null), ("Authenticators", "Bad Name"));

        await using var catalog = await _sandbox.LoadAsync();

        catalog.Failures.ShouldHaveSingleItem().Reason.ShouldStartWith("Its authenticator is named 'Bad Name'");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_Plugins_AreStoppedThoughOneFails(bool fails)
    {
        string[] files = [Path.Combine(_sandbox.Root, "a"), Path.Combine(_sandbox.Root, "b"), Path.Combine(_sandbox.Root, "c")];
        foreach (var file in files)
            Add(Path.GetFileName(file), ("StopFile=" + file, null), ("Authenticators", Path.GetFileName(file)), (fails ? "StopFails" : "Unused", null));

        await (await _sandbox.LoadAsync()).DisposeAsync();

        files.ShouldAllBe(file => File.Exists(file));
    }

    [Fact]
    public async Task Dispose_SeveralPlugins_StopsTheLastLoadedFirst()
    {
        var log = new MessageLog<PluginCatalog>();
        _sandbox.Loggers = Substitute.For<ILoggerFactory>();
        _sandbox.Loggers.CreateLogger(Arg.Any<string>()).Returns(log);
        foreach (var folder in (string[])["a", "b", "c"])
            Add(folder, ("StopFile=" + Path.Combine(_sandbox.Root, folder), null), ("Authenticators", folder), ("StopFails", null));

        var catalog = await _sandbox.LoadAsync();
        var folders = catalog.Plugins.Select(plugin => plugin.Folder).ToArray();
        await catalog.DisposeAsync();

        log.Messages.Where(message => message.Level == LogLevel.Warning).Select(message => message.Message)
            .ShouldBe(folders.Reverse().Select(folder => $"Plugin {folder} failed to stop. InvalidOperationException: Made to fail."));
    }

    [Fact]
    public async Task Load_Cancelled_Ends()
    {
        Add("A", ("Authenticators", "x"));

        await Should.ThrowAsync<OperationCanceledException>(_sandbox.LoadAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Load_WhatAUserShouldKnow_IsLogged()
    {
        var log = new MessageLog<PluginCatalog>();
        _sandbox.Loggers = Substitute.For<ILoggerFactory>();
        _sandbox.Loggers.CreateLogger(Arg.Any<string>()).Returns(log);
        Add("A", ("Authenticators", "x"));
        Add("B", ("Authenticators", "x"), ("StopFile=" + Path.Combine(_sandbox.Root, "stopped"), null), ("StopFails", null));
        Add("C", ("Fails", null));

        var catalog = await _sandbox.LoadAsync();
        var folders = catalog.Plugins.Select(plugin => plugin.Folder).ToArray();
        await catalog.DisposeAsync();

        log.Messages.ShouldBe([
            (LogLevel.Debug, $"Loaded plugin A {catalog.Plugins[0].Version} from {folders[0]}"),
            (LogLevel.Debug, $"Loaded plugin B {catalog.Plugins[1].Version} from {folders[1]}"),
            (LogLevel.Warning, $"Authenticator 'x' of {folders[0]} is replaced by that of {folders[1]}, the later plugin folder."),
            (LogLevel.Error, $"Plugin {catalog.Failures[0].Folder} does not run. InvalidOperationException: Made to fail."),
            (LogLevel.Warning, $"Plugin {folders[1]} failed to stop. InvalidOperationException: Made to fail."),
        ]);
    }

    /// <summary>Adds a folder of the plugin that brings these: a list's entry, or a setting of its own where the value is null.</summary>
    private void Add(string folder, params (string Key, string? Value)[] brings)
    {
        _sandbox.AddFixture("Configured", folder: folder);
        foreach (var list in brings.GroupBy(one => one.Key))
        {
            var index = 0;
            foreach (var (key, value) in list)
            {
                if (value is not null) _sandbox.Settings[$"Plugins:{folder}:{key}:{index++}"] = value;
                else _sandbox.Settings[$"Plugins:{folder}:{key.Split('=')[0]}"] = key.Split('=') is [_, var text] ? text : "true";
            }
        }
    }
}
