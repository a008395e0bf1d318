using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Plugins.Details;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli.Plugins;

/// <summary><c>registry-operator plugins</c>: what is installed, whether it can work, and what can be set.</summary>
internal static class PluginsCommand
{
    private const string Table = "table";
    private const string Text = "text";

    public static Command Create(Terminal terminal) => new("plugins", "Look at the installed plugins.") { CreateList(terminal), CreateShow(terminal) };

    private static Command CreateList(Terminal terminal)
    {
        var options = new HostOptions(terminal);
        var output = OutputOption.Of(Table, OutputOption.Json);
        var list = new Command("list", "List the plugins: name, kind, version, contract version, readiness, folder.") { output };
        options.AddTo(list);
        list.SetAction((parsed, cancellationToken) => ListAsync(options.Read(parsed), parsed.GetRequiredValue(output), terminal, cancellationToken));
        return list;
    }

    private static Command CreateShow(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "A plugin's folder name, or the name of a scanner, registry client or authenticator." };
        var options = new HostOptions(terminal);
        var output = OutputOption.Of(Text, OutputOption.Json);
        var show = new Command(
            "show",
            "Show a plugin: what it brings, whether that can work, and all options. " +
            "Exit code: 0 shown, 1 the plugin does not run, 2 no such name.") { name, output };
        options.AddTo(show);
        show.SetAction((parsed, cancellationToken) =>
            ShowAsync(options.Read(parsed), parsed.GetRequiredValue(name), parsed.GetRequiredValue(output), terminal, cancellationToken));
        return show;
    }

    /// <summary>Prints the list; fails where a plugin does not run, so that a script notices.</summary>
    private static async Task<int> ListAsync(HostSettings settings, string format, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var engine = await Engine.StartAsync(settings, dataDirectory: null, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        var rows = await PluginListing.BuildAsync(engine.Plugins, cancellationToken);
        if (format == OutputOption.Json) terminal.WriteDocument(JsonDocumentText.Of(PluginsJson.Write(rows, engine.Plugins.Notices)));
        else PluginsText.WriteList(terminal, rows, engine.Plugins.Notices);
        return engine.Plugins.Failures.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Prints all plugins that the name fits. Notices go to the error stream: they may be of other plugins.</summary>
    private static async Task<int> ShowAsync(HostSettings settings, string name, string format, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var engine = await Engine.StartAsync(settings, dataDirectory: null, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        var plugins = await PluginDetailsReader.FindAsync(engine.Plugins, kind => engine.Kinds.Of(kind).OptionsField, name, cancellationToken);
        if (plugins.Count == 0) throw new InputException(PluginDetailsReader.DescribeUnknown(engine.Plugins, name));
        foreach (var notice in engine.Plugins.Notices) terminal.WriteError($"notice: {notice}");
        if (format == OutputOption.Json) terminal.WriteDocument(JsonDocumentText.Of(PluginsJson.Write(plugins)));
        else PluginsText.WriteDetails(terminal, plugins);
        return plugins.Any(plugin => plugin.Failure is not null) ? ExitCodes.Failure : ExitCodes.Success;
    }
}
