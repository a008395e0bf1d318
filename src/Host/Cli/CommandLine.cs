using System.CommandLine;
using System.Reflection;

namespace RegistryOperator.Host.Cli;

/// <summary>The commands of <c>registry-operator</c>.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Watches Registry resources and scans the images of their repositories.")
        {
            RunCommand.Create(terminal),
            ScanCommand.Create(terminal),
            ReportCommand.Create(terminal),
            SearchCommand.Create(terminal),
            PluginsCommand.Create(terminal),
            CrdCommand.Create(terminal),
        };
        var parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await terminal.Error.WriteLineAsync($"error: {error.Message}");
            await terminal.Error.WriteLineAsync($"Run '{CommandPath(parsed.CommandResult)} --help' for what it takes.");
            return ExitCodes.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (InputException invalid)
        {
            await terminal.Error.WriteLineAsync($"error: {invalid.Message}");
            return ExitCodes.BadInput;
        }
    }

    /// <summary>The product's version, as in the User-Agent and in <c>--version</c>.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static string CommandPath(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{CommandPath(parent)} {command.Command.Name}" : "registry-operator";
}

/// <summary>What the user gave is not valid; the message says what, where and what to do.</summary>
internal sealed class InputException(string message, Exception? innerException = null) : Exception(message, innerException);
