using RegistryOperator.Host.Cli;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>One run of <c>registry-operator</c> within this process: what it printed and answered.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static async Task<CommandRun> StartAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error, ShowsProgress = false, IsOutputTerminal = false };
        var exitCode = await CommandLine.RunAsync(arguments, terminal, TestContext.Current.CancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
