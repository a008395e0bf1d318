using System.CommandLine;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Settings;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Host.Cli;

/// <summary>The options of every command that starts the engine, and so runs plugins.</summary>
internal sealed class HostOptions(Terminal terminal)
{
    private readonly Option<string[]> _plugins = new("--plugins")
    {
        Description = "A directory whose sub-folders are plugins; may be repeated, a later one wins. Default: 'plugins' beside the executable.",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting, e.g. Plugins:Trivy:Server=http://trivy:4954; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string?> _config = new("--config") { Description = "A JSON file of settings.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(_plugins);
        command.Options.Add(_set);
        command.Options.Add(_config);
    }

    /// <summary>Reads what the user gave. From here on, standard output is for results: whatever plugins print goes to standard error.</summary>
    /// <exception cref="InputException">A setting, or a variable that names a proxy, is not valid.</exception>
    public HostSettings Read(ParseResult parsed)
    {
        if (EnvironmentProxy.OfThisProcess().Problem is { } problem) throw new InputException(problem);
        terminal.KeepOutput();
        var environment = new ConfigurationBuilder().AddEnvironmentVariables(HostSettings.EnvironmentPrefix).Build();
        var notices = SettingNames.NoticesOf(environment, HostSettings.EnvironmentPrefix, DataOptions.Variable, Terminal.StackTraceVariable);
        foreach (var notice in notices) terminal.WriteError($"notice: {notice}");
        return ReadSettings(parsed);
    }

    private HostSettings ReadSettings(ParseResult parsed) => new()
    {
        PluginDirectories = parsed.GetValue(_plugins) is { Length: > 0 } named
            ? [PluginDirectory.Default, .. named.Select(path => new PluginDirectory(GivenFolder.Check(_plugins.Name, path), IsRequired: true))]
            : [PluginDirectory.Default],
        ConfigurationFile = parsed.GetValue(_config) is { } file ? GivenFile.CheckExists(_config.Name, file) : null,
        Settings = [.. (parsed.GetValue(_set) ?? []).Select(ReadSetting)],
    };

    private static KeyValuePair<string, string?> ReadSetting(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(text[..equals], text[(equals + 1)..])
            : throw new InputException($"--set {text}: expected KEY=VALUE, e.g. --set Plugins:Trivy:Server=http://trivy:4954.");
    }
}
