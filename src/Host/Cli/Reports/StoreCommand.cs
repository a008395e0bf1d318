using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Settings;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>What the commands over the report store have in common.</summary>
internal static class StoreCommand
{
    /// <summary>Runs a command and turns the store's errors into those of the command line.</summary>
    public static async Task<int> RunAsync(Terminal terminal, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (FormatException invalid)
        {
            throw new InputException(invalid.Message, invalid);
        }
        catch (ReportStoreException failure)
        {
            terminal.WriteError($"error: {failure.Message}");
            return ExitCodes.Failure;
        }
    }

    /// <summary>Reports that nothing was found; the exit code tells scripts.</summary>
    public static int Nothing(Terminal terminal, string message)
    {
        terminal.WriteError(message);
        return ExitCodes.Failure;
    }
}
