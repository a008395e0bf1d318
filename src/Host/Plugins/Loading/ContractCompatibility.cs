using System.Runtime.Versioning;
using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>
/// Whether a plugin can run in this host. Minor versions only add members with a default, so a plugin built against an older one runs;
/// one built against a newer one may call what this host lacks.
/// </summary>
internal static class ContractCompatibility
{
    /// <summary>Null where the plugin fits; otherwise one sentence that says what to do.</summary>
    public static string? Check(PluginManifest plugin) =>
        CheckContract(plugin.ContractVersion, PluginContract.Version) ?? CheckFramework(plugin.TargetFramework, Environment.Version);

    /// <summary>Compares the contract a plugin was built against with the host's.</summary>
    public static string? CheckContract(string? built, string offered)
    {
        if (string.IsNullOrWhiteSpace(built)) return "It carries no contract version: reference the RegistryOperator.Abstractions package and build it again.";
        if (!TryParse(built, out var plugin))
            return $"It carries the contract version '{built}', which is no version: reference the RegistryOperator.Abstractions package and build it again.";
        if (!TryParse(offered, out var host)) throw new ArgumentException($"'{offered}' is no version.", nameof(offered));

        var mismatch = $"It was built against contract {built}, this host offers {offered}:";
        if (plugin.Major > host.Major) return $"{mismatch} use a newer host or a plugin built against {host.Major}.x.";
        if (plugin.Major < host.Major) return $"{mismatch} use a plugin built against {host.Major}.x or an older host.";
        return plugin.Minor > host.Minor ? $"{mismatch} use a newer host or a plugin built against {host.Major}.{host.Minor}." : null;
    }

    /// <summary>Compares the framework a plugin was built for with the one this process runs on.</summary>
    public static string? CheckFramework(string? target, Version running)
    {
        if (target is null) return null;
        FrameworkName framework;
        try
        {
            framework = new FrameworkName(target);
        }
        catch (ArgumentException)
        {
            return $"It names its target framework '{target}', which is none: build it for net{running.ToString(2)}.";
        }

        var host = running.ToString(2);
        return framework.Identifier switch
        {
            ".NETStandard" => null,
            ".NETCoreApp" when framework.Version.Major <= running.Major => null,
            ".NETCoreApp" =>
                $"It was built for .NET {framework.Version.ToString(2)}, this host runs on .NET {host}: use a newer host or a plugin built for .NET {host}.",
            _ => $"It was built for {framework.Identifier} {framework.Version}, which is not .NET {host}: build it for net{host}.",
        };
    }

    // A pre-release of the contract follows the rules of the version it precedes.
    private static bool TryParse(string text, out Version version) => Version.TryParse(text.Split('-', '+')[0], out version!);
}
