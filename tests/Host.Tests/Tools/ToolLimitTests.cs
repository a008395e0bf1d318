using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Host.Tools;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>What a tool may write, with the system's own limits where they are installed.</summary>
public sealed class ToolLimitTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly ScriptedTool _tool = new();
    private readonly ToolLimits _limits = new() { MaximumDiskBytes = 4 * MiB };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("dd if=/dev/zero of=$TMPDIR/big bs=1048576 count=6 2>/dev/null || exit 1; exec sleep 60")] // one large file
    [InlineData("for i in 1 2 3 4 5 6; do dd if=/dev/zero of=$TMPDIR/$i bs=1048576 count=1 2>/dev/null; done; exec sleep 60")] // many
    [InlineData("mkdir -p $TMPDIR/a/b; dd if=/dev/zero of=$TMPDIR/a/b/c bs=3145728 count=1 2>/dev/null; cp $TMPDIR/a/b/c $TMPDIR/a/d; exec sleep 60")]
    public async Task Run_WritesMoreThanAllowed_IsEndedAsTooLarge(string script)
    {
        var runner = Runner();
        await using var folder = runner.CreateFolder();
        folder.MaximumSize.ShouldBe(4 * MiB);

        var failure = await Should.ThrowAsync<ScanException>(runner.RunAsync(Command(script, folder), Cancel).SoonAsync());

        failure.Reason.ShouldBe(ScanReasons.TooLarge);
        failure.Message.ShouldContain("more than the 4 MiB");
        failure.Message.ShouldContain("Tools:MaximumDiskMiB");
    }

    [Fact]
    public async Task Run_WritesWhatIsAllowed_Ends()
    {
        var runner = Runner();
        await using var folder = runner.CreateFolder();

        (await runner.RunAsync(Command("dd if=/dev/zero of=$TMPDIR/a bs=1048576 count=3 2>/dev/null; echo done", folder), Cancel)).Output.ShouldBe("done\n");
    }

    [Fact]
    public async Task Run_Limited_TheToolKeepsItsArgumentsInputAndExitCode()
    {
        var command = _tool.Command("echo \"$1|$2\"; cat; exit 3", "a b", "--version") with { Input = "in"u8.ToArray() };

        var result = await Runner().RunAsync(command, Cancel);

        (result.ExitCode, result.Output).ShouldBe((3, "a b|--version\nin"));
    }

    [Fact]
    public async Task Run_LinuxWithItsTools_TheKernelKnowsTheLimits()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit") && File.Exists("/usr/bin/setpriv"), "util-linux is not installed.");

        var result = await Runner().RunAsync(_tool.Command("cat /proc/self/limits"), Cancel);

        result.Output.Split('\n').Single(line => line.StartsWith("Max file size", StringComparison.Ordinal)).ShouldContain($" {4 * MiB} ");
    }

    [Fact]
    public async Task Run_InterpreterIsMissing_SaysSoAsWithoutLimits()
    {
        var path = _tool.Write("tool", "");
        await File.WriteAllTextAsync(path, "#!/no/such/interpreter\n", Cancel);

        var failure = await Should.ThrowAsync<ScanException>(Runner().RunAsync(new ToolCommand { Executable = path, OutputFile = _tool.File("out") }, Cancel));

        failure.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        failure.Message.ShouldContain("interpreter or loader");
    }

    [Theory]
    [InlineData(null, 1792)]
    [InlineData("10", 10)]
    public void Read_Setting_IsInMebibytes(string? value, int expected) =>
        ToolLimits.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Tools:MaximumDiskMiB", value)]).Build())
            .MaximumDiskBytes.ShouldBe((long)expected * MiB);

    /// <summary>A program that would put limits on tools runs with the operator's rights itself.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Confine_ProgramThatOthersMayChange_IsNotStarted(bool isWritableByAll)
    {
        var marker = _tool.File("started");
        var fake = _tool.Write("prlimit", $"touch {marker}");
        if (isWritableByAll && !OperatingSystem.IsWindows()) File.SetUnixFileMode(fake, (UnixFileMode)0b111_111_111);
        var start = new System.Diagnostics.ProcessStartInfo(_tool.Write("tool", "exit 0"));

        new ToolConfinement(_limits, PathTrust.Strict, NullLogger<ToolConfinement>.Instance) { SearchPath = _tool.Folder }.Confine(start);

        File.Exists(marker).ShouldBe(!isWritableByAll);
        start.ArgumentList.Contains(fake).ShouldBe(!isWritableByAll);
    }

    /// <summary>A pod whose volume is full of what several tools write at a time is evicted, with all that it scans.</summary>
    [Fact]
    public void Deployment_AllToolsWriteWhatTheyMay_FitIntoItsVolume()
    {
        using var yaml = new StreamReader(Path.Combine(GoldenFile.Root, "deploy", "kustomize", "operator.yaml"));
        var problems = new YamlProblems();
        var pod = YamlReader.Read(new YamlSource("operator.yaml", yaml), problems)
            .Select(document => document.Json?["spec"]?["template"]?["spec"]).OfType<JsonNode>().Single();
        var variables = pod["containers"]![0]!["env"]!.AsArray()
            .ToDictionary(one => ((string)one!["name"]!).Replace("RO_", "", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal),
                one => (string?)one!["value"]);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(variables).Build();
        var size = (string)pod["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == "scratch")!["emptyDir"]!["sizeLimit"]!;

        variables["TMPDIR"].ShouldBe("/scratch");
        var tools = ScanSettings.Read(settings).Concurrency + ScannerLane.Reserve;
        var room = long.Parse(size.Replace("Gi", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 30;
        (tools * ToolLimits.Read(settings).MaximumDiskBytes).ShouldBeLessThan(room);
        problems.Count.ShouldBe(0);
    }

    private ToolRunner Runner() => new(
        _tool.Folder, PathTrust.Strict, TimeProvider.System, NullLogger<ToolRunner>.Instance,
        new ToolConfinement(_limits, PathTrust.Strict, NullLogger<ToolConfinement>.Instance));

    private ToolCommand Command(string script, IToolFolder folder) => _tool.Command(script) with
    {
        Environment = new Dictionary<string, string> { ["TMPDIR"] = folder.Path },
    };
}
