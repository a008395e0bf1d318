using System.CommandLine;
using RegistryOperator.Host.Reports;

namespace RegistryOperator.Host.Cli;

internal sealed class DataOptions
{
    private readonly Option<string?> _directory = new("--data-dir") { Description = "x", HelpName = "DIR" };

    public void AddTo(Command command) => command.Options.Add(_directory);

    public ReportStoreOptions Read(ParseResult parsed) => new() { DataDirectory = parsed.GetValue(_directory) ?? "/tmp/x" };
}
