using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Plugins;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Text;

namespace RegistryOperator.Host.Tests.Cli.Plugins;

public sealed class PluginsCommandTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("text", "show-declared.txt")]
    [InlineData("json", "show-declared.json")]
    public async Task Show_PluginWithPartsAndOptions_PrintsAllAndNoSecret(string format, string golden)
    {
        _sandbox.AddFixture("Declared");

        var run = await RunAsync(
            "show", "declared", "-o", format,
            "--set", "Plugins:Declared:Mirror=https://user:pa@ss@mirror.example/x",
            "--set", "Plugins:Declared:token=hunter2",
            "--set", "Plugins:Declared:Regions:0=eu", "--set", "Plugins:Declared:Regions:1=us");

        run.ExitCode.ShouldBe(ExitCodes.Success);
        run.Output.ShouldNotContain("hunter2");
        run.Output.ShouldNotContain("pa@ss");
        run.Output.ShouldContain("https://(hidden)@mirror.example/x");
        run.Output.ShouldContain("(set)");
        run.Output.ShouldMatch(golden, _sandbox.Root);
        run.Error.ShouldBe("");
    }

    [Theory]
    [InlineData("text", "show-license-policy.txt")]
    [InlineData("json", "show-license-policy.json")]
    public async Task Show_SampleByItsScannersName_PrintsTheOptionsOfAResource(string format, string golden)
    {
        _sandbox.AddSample("LicensePolicyScanner");
        _sandbox.AddFixture("OlderJson");

        var run = await RunAsync("show", "LICENSE-policy", "-o", format);

        run.ExitCode.ShouldBe(ExitCodes.Success);
        run.Output.ShouldMatch(golden, _sandbox.Root);
    }

    [Theory]
    [InlineData("text", "show-subscribed.txt")]
    [InlineData("json", "show-subscribed.json")]
    public async Task Show_ScannerOfAKindWithASection_SaysWhereItsOptionsGo(string format, string golden)
    {
        _sandbox.AddFixture("Subscribed");

        var run = await RunAsync("show", "feed", "-o", format);

        run.ExitCode.ShouldBe(ExitCodes.Success);
        run.Output.ShouldMatch(golden, _sandbox.Root);
    }

    [Fact]
    public async Task Show_NameThatTwoPluginsHave_PrintsBothAndWhichIsReplaced()
    {
        _sandbox.AddBuiltIn("RegistryAuth");
        _sandbox.AddFixture("VaultAuth");

        var run = await RunAsync("show", "registry-auth");

        run.ExitCode.ShouldBe(ExitCodes.Success);
        run.Output.ShouldMatch("show-replaced.txt", _sandbox.Root);
    }

    [Fact]
    public async Task Show_PluginThatDoesNotRun_PrintsWhyAndFails()
    {
        _sandbox.AddFixture("NewerContract");

        var run = await RunAsync("show", "newercontract");

        run.ExitCode.ShouldBe(ExitCodes.Failure);
        run.Output.ShouldMatch("show-failed.txt", _sandbox.Root);
    }

    [Fact]
    public async Task Show_FolderOfARunningAndOfABrokenPlugin_PrintsBothAndFails()
    {
        _sandbox.AddFixture("VaultAuth", folder: "vault");
        _sandbox.AddFixture("NewerContract", "later", "vault");

        var run = await RunAsync("show", "vault", "--plugins", Path.Combine(_sandbox.Root, "later"));

        run.ExitCode.ShouldBe(ExitCodes.Failure);
        run.Output.ShouldContain("  contract: ");
        run.Output.ShouldContain("  does not run: ");
    }

    [Fact]
    public async Task Show_UnknownName_NamesThoseThereAre()
    {
        _sandbox.AddFixture("Declared");
        _sandbox.AddFixture("NewerContract");

        var run = await RunAsync("show", "advisory");

        (run.ExitCode, run.Output).ShouldBe((ExitCodes.BadInput, ""));
        run.Error.ShouldBe("error: No plugin and no part of one is named 'advisory'. There are the plugins Declared, NewerContract, " +
            $"with the parts advisories, mirror.{Environment.NewLine}");
    }

    [Fact]
    public async Task Show_MisspeltName_NamesTheNearest()
    {
        _sandbox.AddFixture("Declared");

        (await RunAsync("show", "advisoreis")).Error.ShouldContain("Did you mean advisories?");
    }

    [Fact]
    public async Task Show_NoPlugins_SaysHowToNameTheirDirectory()
    {
        Directory.CreateDirectory(Path.Combine(_sandbox.Root, "plugins"));

        (await RunAsync("show", "trivy")).Error.ShouldContain("there are no plugins; name their directory with --plugins DIR.");
    }

    [Fact]
    public async Task Show_MisspeltSetting_IsANoticeOnTheErrorStream()
    {
        _sandbox.AddFixture("Declared");

        var run = await RunAsync("show", "Declared", "-o", "json", "--set", "Plugins:Declared:Miror=https://mirror.example");

        run.ExitCode.ShouldBe(ExitCodes.Success);
        run.Error.ShouldBe("notice: Plugins:Declared:Miror is set, but plugin Declared has no such option: " +
            $"did you mean Plugins:Declared:Mirror?{Environment.NewLine}");
    }

    [Theory]
    [InlineData("table", "list.txt")]
    [InlineData("json", "list.json")]
    public async Task List_PartsFailuresAndNotices_AreThoseOfTheGoldenFile(string format, string golden)
    {
        _sandbox.AddFixture("Declared");
        _sandbox.AddFixture("NewerContract");

        var run = await RunAsync("list", "-o", format, "--set", "Plugins:Declred:Mirror=https://mirror.example");

        run.ExitCode.ShouldBe(ExitCodes.Failure);
        run.Output.ShouldMatch(golden, _sandbox.Root);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(300)]
    public async Task List_Width_ShowsWhetherEachIsReady(int width)
    {
        _sandbox.AddFixture("Declared");
        _sandbox.AddFixture("NewerContract");

        var run = await CommandRun.StartAsync(new CommandSetup { Width = width }, "plugins", "list", "--plugins", Path.Combine(_sandbox.Root, "plugins"));

        string[] parts =
        [
            "NAME", "KIND", "VERSION", "CONTRACT", "READY", "FOLDER", "advisories", "mirror", "NewerContract", "yes", "no",
            Path.Combine(_sandbox.Root, "plugins", "Declared"),
        ];
        foreach (var part in parts) run.Output.ShouldContain(part);
        Words(run.Output, "yes").ShouldBe(2);

        static int Words(string text, string word) => text.Split((char[])[' ', '\n']).Count(part => part == word);
    }

    [Fact]
    public void List_TwoPartsLackTheSame_SaysItOnce()
    {
        var output = new StringWriter();
        var row = new PluginRow("trivy", "scanner:sbom", "Trivy", "1", "/plugins/Trivy", "1.0.0", IsReady: false, "There is no trivy.");

        PluginsText.WriteList(
            new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false },
            [
                row,
                row with { Kind = "scanner:vulnerability" },
                row with { Name = "syft", Readiness = "There is no syft." },
                row with { Name = "fine", IsReady = true },
            ],
            ["A notice."]);

        output.ToString().Split('\n')[5..].ShouldBe(["trivy: There is no trivy.", "syft: There is no syft.", "A notice.", ""]);
    }

    [Fact]
    public async Task List_AllRun_Succeeds()
    {
        _sandbox.AddFixture("Declared");

        var run = await RunAsync("list");

        (run.ExitCode, run.Error).ShouldBe((ExitCodes.Success, ""));
        run.Output.ShouldContain("READY");
    }

    [Fact]
    public async Task List_SettingOfAStranger_IsShownClean()
    {
        _sandbox.AddFixture("Declared");

        var run = await RunAsync("list", "--set", "Plugins:De\u001b[31mclared:X=1");

        run.Output.ShouldContain("Plugins:De\uFFFD[31mclared");
        TerminalTextTests.ShouldBeHarmless(run.Output);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.StartAsync(["plugins", .. arguments, "--plugins", Path.Combine(_sandbox.Root, "plugins")]);
}
