using System.CommandLine;
using System.Reflection;
using RegistryOperator.Host.Cli.Crd;
using RegistryOperator.Host.Cli.Explain;
using RegistryOperator.Host.Cli.History;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Plugins;
using RegistryOperator.Host.Cli.Reports;
using RegistryOperator.Host.Cli.Run;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Cli.TrustRoot;
using RegistryOperator.Host.Cli.Verify;
using RegistryOperator.Host.Cli.VerifyBundle;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli;

/// <summary>The commands of <c>registry-operator</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command, and reports any failure in one sentence. Never throws.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <param name="stop">Asks it to end.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, StopSignals stop)
    {
        try
        {
            return await RunAsync(arguments, terminal, stop.Token);
        }
        catch (Exception) when (stop.ExitCode is not null)
        {
            // Stopped by a signal, whatever the exception: killed tools and closed connections throw all kinds.
            return stop.ExitCode.Value;
        }
        catch (InputException invalid)
        {
            terminal.WriteError($"error: {invalid.Message}");
            return ExitCodes.BadInput;
        }
        catch (OutputException failure)
        {
            terminal.WriteError($"error: {failure.Message}");
            return ExitCodes.Failure;
        }
        catch (Exception fault)
        {
            WriteFault(fault, terminal);
            return ExitCodes.Failure;
        }
    }

    /// <summary>Reports an unexpected exception.</summary>
    internal static void WriteFault(Exception fault, Terminal terminal)
    {
        terminal.WriteError(
            $"error: This should not happen: {fault.GetType().Name}: {fault.Message} " +
            $"Please report it, with what is printed where {Terminal.StackTraceVariable}=1 is set in the environment.");
        if (!terminal.ShowsStackTraces) return;
        foreach (var line in fault.ToString().Split('\n')) terminal.WriteError(line.TrimEnd('\r'));
    }

    /// <summary>The product's version, as in the User-Agent and in <c>--version</c>.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stopping)
    {
        // Without response files: names of npm's packages begin with '@', too.
        var parsed = Build(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (ParseErrors.Describe(parsed, arguments) is { Count: > 0 } errors)
        {
            foreach (var error in errors) terminal.WriteError($"error: {error}");
            terminal.WriteError($"Run '{CommandPath(parsed.CommandResult)} --help' for what it takes.");
            return ExitCodes.BadInput;
        }

        using var help = new StringWriter { NewLine = "\n" };
        // Without its handler of SIGTERM, which would end the process two seconds after the signal.
        var configuration = new InvocationConfiguration
        {
            Output = help,
            Error = help,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var exitCode = await parsed.InvokeAsync(configuration, stopping);
        if (help.ToString() is { Length: > 0 } text) terminal.WriteDocument(text);
        return exitCode;
    }

    private static RootCommand Build(Terminal terminal) => new("Watches Registry resources and scans the images of their repositories.")
    {
        RunCommand.Create(terminal),
        ScanCommand.Create(terminal),
        ExplainCommand.Create(terminal),
        ReportCommand.Create(terminal),
        SearchCommand.Create(terminal),
        HistoryCommand.Create(terminal),
        VerifyCommand.Create(terminal),
        VerifyBundleCommand.Create(terminal),
        TrustRootCommand.Create(terminal),
        PluginsCommand.Create(terminal),
        CrdCommand.Create(terminal),
    };

    private static string CommandPath(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{CommandPath(parent)} {command.Command.Name}" : "registry-operator";
}
