using System.Net;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Oci;

namespace RegistryOperator.Host.Hosting;

/// <summary>What the engine is started with.</summary>
internal sealed record HostSettings
{
    /// <summary>Environment variables that start so are settings: <c>RO_Plugins__Trivy__Server</c> is <c>Plugins:Trivy:Server</c>.</summary>
    public const string EnvironmentPrefix = "RO_";

    /// <summary>Where plugins are, in order; a later one wins.</summary>
    public IReadOnlyList<PluginDirectory> PluginDirectories { get; init; } = [PluginDirectory.Default];

    /// <summary>True where registries' own URLs may not name this machine, as in a cluster; false on a person's.</summary>
    public bool RefusesLoopback { get; init; }

    /// <summary>
    /// True where the logins of the person who runs the command are used for what no Secret is named for. Never in an operator: whoever may write a resource
    /// would have them sent to a host of his choice.
    /// </summary>
    public bool UsesLocalLogins { get; init; }

    /// <summary>Takes what keeps such a login from being used; null where nobody is told.</summary>
    public Action<string>? WarnOfLogins { get; init; }

    /// <summary>Told before each request to a registry that is tried again; null where nobody is told.</summary>
    public Action<RegistryRetry>? Retrying { get; init; }

    /// <summary>Where this process itself listens.</summary>
    public IReadOnlyList<IPEndPoint> Listeners { get; init; } = [];

    /// <summary>A JSON file of settings; null for none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Settings of the command line, which win over the environment, which wins over the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Settings { get; init; } = [];
}
