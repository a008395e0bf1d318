using System.CommandLine;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli;

/// <summary>The option of every command that reads or keeps reports: where they are.</summary>
internal sealed class DataOptions
{
    /// <summary>Names the folder where the command line does not.</summary>
    public const string Variable = "RO_DataDir";

    private const string FolderName = "registry-operator";

    private readonly Option<string?> _directory = new("--data-dir")
    {
        Description = $"Where reports are kept. Default: {Variable}, $XDG_DATA_HOME/{FolderName}, ~/.local/share/{FolderName}.",
        HelpName = "DIR",
    };

    public void AddTo(Command command) => command.Options.Add(_directory);

    /// <summary>The folder, as a full path.</summary>
    /// <exception cref="InputException">It is a file.</exception>
    public string Read(ParseResult parsed)
    {
        var option = parsed.GetValue(_directory);
        return GivenFolder.Check(option is { Length: > 0 } ? _directory.Name : Variable, Resolve(option, Environment.GetEnvironmentVariable));
    }

    /// <summary>Opens the reports read-only, beside a running operator or without one.</summary>
    /// <exception cref="InputException">There are none in that folder.</exception>
    public async Task<IReportStore> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await ReportStores.OpenReadOnlyAsync(Read(parsed), cancellationToken);
        }
        catch (ReportStoreMissingException missing)
        {
            throw new InputException($"{missing.Message} It is set with --data-dir or {Variable}.", missing);
        }
    }

    /// <summary>The first of the folders that is named; an empty variable names none.</summary>
    internal static string Resolve(string? option, Func<string, string?> variable)
    {
        if (option is { Length: > 0 }) return Path.GetFullPath(option);
        if (variable(Variable) is { Length: > 0 } named) return Path.GetFullPath(named);
        // The specification of the variable has relative paths ignored (https://specifications.freedesktop.org/basedir-spec/latest/).
        if (variable("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathRooted(data)) return Path.Combine(data, FolderName);
        var home = variable("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, ".local", "share", FolderName);
    }
}
