using System.Globalization;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Options;

/// <summary>One setting: its documentation for users, and what its value changes.</summary>
/// <param name="Option">The setting as the host shows it.</param>
/// <param name="Apply">Checks a value and takes it; the second argument is the setting's full key, for errors.</param>
internal sealed record SyftSetting(PluginOption Option, Func<SyftOptions, string, string, SyftOptions> Apply);

/// <summary>Every setting of the plugin; <see cref="SyftOptionsReader"/> reads through these, so that none is read that is not declared.</summary>
internal static class SyftSettings
{
    private static readonly string[] Scopes = ["squashed", "all-layers"];

    public static readonly SyftSetting Path = new(
        new PluginOption(nameof(SyftOptions.Path), "Path of the executable.")
        {
            Default = "syft on the PATH, else in the plugin's folder",
            Example = "/opt/syft/syft",
        },
        (options, _, value) => options with { Path = value });

    public static readonly SyftSetting MaximumOutputBytes = new(
        new PluginOption(nameof(SyftOptions.MaximumOutputBytes), "The largest SBOM accepted, in bytes.")
        {
            Default = ToolCommand.DefaultMaximumOutput.ToString(CultureInfo.InvariantCulture),
        },
        (options, key, value) => options with { MaximumOutputBytes = ReadSize(key, value) });

    public static readonly SyftSetting Scope = new(
        new PluginOption(
            nameof(SyftOptions.Scope), "Which layers are looked into: 'squashed', what a container sees, or 'all-layers', also what later layers hide.")
        {
            Default = "Syft's own: squashed",
        },
        (options, key, value) => options with { Scope = ReadScope(key, value) });

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<SyftSetting> All { get; } = [Path, MaximumOutputBytes, Scope];

    // An SBOM is handed on as one block of memory, which has a largest size.
    private static long ReadSize(string key, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 && size <= Array.MaxLength
            ? size
            : throw new SyftOptionsException($"{key} is '{value}': expected a number of bytes from 1 to {Array.MaxLength}.");

    private static string ReadScope(string key, string value) =>
        Scopes.Contains(value, StringComparer.Ordinal)
            ? value
            : throw new SyftOptionsException($"{key} is '{value}': expected {string.Join(" or ", Scopes)}.");
}
