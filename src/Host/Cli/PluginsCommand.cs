using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using Spectre.Console;

namespace RegistryOperator.Host.Cli;

/// <summary><c>registry-operator plugins list</c>: what is installed, and whether it can work.</summary>
internal static class PluginsCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new HostOptions();
        var list = new Command("list", "List the plugins: name, kind, version, contract version, readiness, folder.");
        options.AddTo(list);
        list.SetAction((parsed, cancellationToken) => ListAsync(options.Read(parsed), terminal, cancellationToken));
        return new Command("plugins", "Look at the installed plugins.") { list };
    }

    /// <summary>Prints the list; fails where a plugin does not run, so that a script notices.</summary>
    private static async Task<int> ListAsync(HostSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var engine = await Engine.StartAsync(settings, store: null, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        var rows = await PluginListing.BuildAsync(engine.Plugins, cancellationToken);

        var table = new Table().Border(TableBorder.None).AddColumns("NAME", "KIND", "VERSION", "CONTRACT", "READY", "FOLDER");
        foreach (var column in table.Columns) column.NoWrap();
        foreach (var row in rows)
            table.AddRow(new[] { row.Name, row.Kind, row.Version, row.ContractVersion, row.IsReady ? "yes" : "no", row.Folder }.Select(text => new Text(text)));
        terminal.CreateOutputConsole().Write(table);

        foreach (var row in rows.Where(row => !row.IsReady)) await terminal.Out.WriteLineAsync($"{row.Name}: {row.Readiness}");
        foreach (var notice in engine.Plugins.Notices) await terminal.Out.WriteLineAsync(notice);
        return engine.Plugins.Failures.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
