using System.Runtime.InteropServices;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Cli;

public class CommandLineTests
{
    private const string Report = "Please report it, with what is printed where RO_StackTrace=1 is set in the environment.";

    [Theory]
    [InlineData("frobnicate", "registry-operator")]
    [InlineData("scan", "registry-operator scan")]
    [InlineData("scan -f x -o xml", "registry-operator scan")]
    [InlineData("explain", "registry-operator explain")]
    [InlineData("explain 1.0.0", "registry-operator explain")]
    [InlineData("explain 1.0.0 -f x -o text", "registry-operator explain")]
    [InlineData("search", "registry-operator search")]
    [InlineData("search x -o yaml", "registry-operator search")]
    [InlineData("history", "registry-operator history")]
    [InlineData("history x -o yaml", "registry-operator history")]
    [InlineData("report", "registry-operator report")]
    [InlineData("report x -o yaml", "registry-operator report")]
    [InlineData("plugins", "registry-operator plugins")]
    [InlineData("plugins list -o text", "registry-operator plugins list")]
    [InlineData("plugins show", "registry-operator plugins show")]
    [InlineData("plugins show x -o table", "registry-operator plugins show")]
    [InlineData("run --workers 0", "registry-operator run")]
    [InlineData("run --workers many", "registry-operator run")]
    [InlineData("run --log-level Loud", "registry-operator run")]
    [InlineData("crd x", "registry-operator crd")]
    [InlineData("verify", "registry-operator verify")]
    [InlineData("verify --key a", "registry-operator verify")]
    [InlineData("verify a -o table", "registry-operator verify")]
    [InlineData("verify a --key", "registry-operator verify")]
    [InlineData("verify-bundle", "registry-operator verify-bundle")]
    [InlineData("verify-bundle --bundle", "registry-operator verify-bundle")]
    [InlineData("verify-bundle --bundle a --key b", "registry-operator verify-bundle")]
    [InlineData("verify-bundle --key b c", "registry-operator verify-bundle")]
    [InlineData("verify-bundle --bundle a --key b c d", "registry-operator verify-bundle")]
    [InlineData("trust-root", "registry-operator trust-root")]
    [InlineData("trust-root show a b", "registry-operator trust-root show")]
    [InlineData("trust-root show -o table", "registry-operator trust-root show")]
    public async Task Run_NotUnderstood_IsBadInputAndNamesTheCommandsHelp(string arguments, string command)
    {
        var run = await CommandRun.StartAsync(arguments.Split(' '));

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        var lines = run.Error.TrimEnd('\n').Split('\n');
        lines[^1].ShouldBe($"Run '{command} --help' for what it takes.");
        lines[..^1].ShouldNotBeEmpty();
        lines[..^1].ShouldAllBe(line => line.StartsWith("error: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--help", "scan", "run", "explain", "report", "search", "verify", "verify-bundle", "trust-root", "plugins", "crd")]
    [InlineData("verify --help",
        "--key", "--identity", "--identity-pattern", "--issuer", "--issuer-pattern", "--trusted-root", "--policy", "[default: tree]", "--plugins", "--set",
        "--config", "0 of each image something is verified and expectations are met, 1 not so, or an image can't be read, 2 bad input")]
    [InlineData("verify-bundle --help",
        "--bundle", "(REQUIRED)", "--certificate-identity", "--certificate-oidc-issuer", "--key", "--trusted-root", "--staging", "FILE_OR_DIGEST",
        "0 verified; 1 not verified, or a file can't be used")]
    [InlineData("trust-root show --help", "[default: text]", "0 shown, 2 bad input")]
    [InlineData("run --help",
        "--workers", "[default: 64]", "--listen", "[default: http://0.0.0.0:8080]", "--directory", "--kubeconfig", "--context", "--namespace",
        "--share-reports", "--log-level", "[default: Information]", "--data-dir", "--plugins", "--set", "--config")]
    [InlineData("scan --help",
        "--file", "(REQUIRED)", "--output", "[default: table]", "--data-dir", "--plugins", "--set", "--config",
        "--fail-on", "--strict", "0 all repositories were read, 1 one was not, or --fail-on or --strict says so, 2 bad input")]
    [InlineData("explain --help",
        "--file", "(REQUIRED)", "--offline", "--output", "[default: table]", "--data-dir", "--plugins", "--set", "--config", "0 explained, 2 bad input")]
    [InlineData("history --help", "--output", "table or json.", "[default: table]", "--data-dir", "0 found, 1 nothing is known, 2 bad input")]
    [InlineData("report --help", "--scanner", "--kind", "--platform", "[default: table]", "--data-dir", "0 found, 1 nothing found, 2 bad input")]
    [InlineData("search --help", "[default: table]", "--data-dir", "0 found, 1 nothing found, 2 bad input")]
    [InlineData("plugins list --help", "[default: table]", "--plugins", "--set", "--config")]
    [InlineData("plugins show --help", "[default: text]", "0 shown, 1 the plugin does not run, 2 no such name")]
    public async Task Run_Help_TellsOptionsDefaultsAndExitCodes(string arguments, params string[] expected)
    {
        var run = await CommandRun.StartAsync(arguments.Split(' '));

        (run.ExitCode, run.Error).ShouldBe((0, ""));
        var text = string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in expected) text.ShouldContain(part);
    }

    [Fact]
    public async Task Run_Version_IsTheProducts()
    {
        var run = await CommandRun.StartAsync("--version");

        run.ExitCode.ShouldBe(0);
        run.Output.Trim().Split('+')[0].ShouldBe(CommandLine.Version);
        CommandLine.Version.ShouldMatch(@"^\d+\.\d+\.\d+$");
    }

    [Fact]
    public async Task Crd_Printed_IsTheDefinitionAndNothingElse() =>
        (await CommandRun.StartAsync("crd")).ShouldBe(new CommandRun(0, CustomResourceDefinition.Read(), ""));

    public static TheoryData<Exception, int, string> Faults => new()
    {
        { new IOException("No space left on device"), 1, "error: The output could not be written: No space left on device\n" },
        { new UnauthorizedAccessException("Closed."), 1, "error: The output could not be written: Closed.\n" },
        { new InvalidOperationException("Two\nlines."), 1, $"error: This should not happen: InvalidOperationException: Two lines. {Report}\n" },
        { new OperationCanceledException("A timer."), 1, $"error: This should not happen: OperationCanceledException: A timer. {Report}\n" },
        { new InputException("--x is wrong."), 2, "error: --x is wrong.\n" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Run_Fault_IsASentenceAndAnExitCode(Exception fault, int expected, string error)
    {
        var run = await CommandRun.StartAsync(new CommandSetup { Out = new FailingWriter(fault) }, "crd");

        run.ShouldBe(new CommandRun(expected, "", error));
    }

    [Fact]
    public async Task Run_FaultWhereDetailsAreWanted_PrintsTheStackTrace()
    {
        var run = await CommandRun.StartAsync(new CommandSetup { Out = new FailingWriter(new InvalidOperationException("x")), ShowsStackTraces = true }, "crd");

        run.Error.ShouldStartWith($"error: This should not happen: InvalidOperationException: x {Report}\nSystem.InvalidOperationException: x\n   at ");
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task Run_FaultAfterASignal_IsTheSignalsCodeWithoutAWord(PosixSignal signal, int expected)
    {
        // Killed tools and closed connections throw all kinds of exceptions.
        Exception[] faults = [new InvalidOperationException("x"), new OperationCanceledException(), new InputException("x"), new IOException("x")];
        foreach (var fault in faults)
        {
            (await CommandRun.StartAsync(new CommandSetup { Out = new FailingWriter(fault), Signal = signal }, "crd"))
                .ShouldBe(new CommandRun(expected, "", ""));
        }
    }

    [Fact]
    public async Task Run_FinishedBeforeTheSignalCounted_AnswersWhatItCameTo() =>
        (await CommandRun.StartAsync(new CommandSetup { Signal = PosixSignal.SIGTERM }, "crd")).ExitCode.ShouldBe(0);

    private sealed class FailingWriter(Exception fault) : StringWriter
    {
        public override void Write(string? value) => throw fault;
    }
}
