using System.Globalization;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft;

/// <summary>The plugin's settings, from its section of the configuration.</summary>
internal sealed record SyftOptions
{
    private static readonly string[] Scopes = ["squashed", "all-layers"];

    // What is read and what users are told of it stand together.
    private static readonly Setting[] All =
    [
        new(
            new PluginOption(nameof(Path), "Path of the executable.") { Default = "syft on the PATH, else in the plugin's folder", Example = "/opt/syft/syft" },
            (options, _, value) => options with { Path = value }),
        new(
            new PluginOption(nameof(MaximumOutputBytes), "The largest SBOM accepted, in bytes.") { Default = ToolCommand.DefaultMaximumOutput.ToString(CultureInfo.InvariantCulture) },
            (options, name, value) => options with { MaximumOutputBytes = ReadSize(name, value) }),
        new(
            new PluginOption(nameof(Scope), "Which layers are looked into: 'squashed', what a container sees, or 'all-layers', also what later layers hide.") { Default = "Syft's own: squashed" },
            (options, name, value) => options with { Scope = ReadScope(name, value) }),
    ];

    /// <summary>Every setting, as the host shows it.</summary>
    public static IEnumerable<PluginOption> Declared => All.Select(setting => setting.Option);

    /// <summary>Path of the executable; null looks on <c>PATH</c> and in the plugin's folder.</summary>
    public string? Path { get; init; }

    /// <summary>The largest SBOM accepted, in bytes.</summary>
    public long MaximumOutputBytes { get; init; } = ToolCommand.DefaultMaximumOutput;

    /// <summary>Which layers are looked into: <c>squashed</c>, what a container sees, or <c>all-layers</c>, also what later layers hide;
    /// null leaves it to Syft.</summary>
    public string? Scope { get; init; }

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="configuration">The section.</param>
    /// <param name="section">The section's name, for errors.</param>
    /// <exception cref="SyftOptionsException">A setting is not known or its value not allowed.</exception>
    public static SyftOptions Read(IConfiguration configuration, string section)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new SyftOptions();
        foreach (var setting in configuration.GetChildren())
        {
            var name = $"{section}:{setting.Key}";
            if (setting.Value is not { Length: > 0 } value) throw new SyftOptionsException($"{name} has no value: give it one, or remove it.");
            var known = All.FirstOrDefault(known => known.Option.Key.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SyftOptionsException($"{name} is not a setting of this plugin: it has {string.Join(", ", All.SkipLast(1).Select(other => other.Option.Key))} and {All[^1].Option.Key}.");
            options = known.Apply(options, name, value);
        }

        return options;
    }

    // An SBOM is handed on as one block of memory, which has a largest size.
    private static long ReadSize(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 && size <= Array.MaxLength
            ? size
            : throw new SyftOptionsException($"{name} is '{value}': expected a number of bytes from 1 to {Array.MaxLength}.");

    private static string ReadScope(string name, string value) =>
        Scopes.Contains(value, StringComparer.Ordinal)
            ? value
            : throw new SyftOptionsException($"{name} is '{value}': expected {string.Join(" or ", Scopes)}.");

    /// <summary>A setting, and what its value changes; the second argument is its full key, for errors.</summary>
    private sealed record Setting(PluginOption Option, Func<SyftOptions, string, string, SyftOptions> Apply);
}

/// <summary>A setting is wrong; the message names it.</summary>
internal sealed class SyftOptionsException(string message) : Exception(message);
