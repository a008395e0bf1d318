using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins;

/// <summary>The plugins' sections of the configuration, checked against the options that the plugins declare.</summary>
internal sealed partial class PluginSettings(IConfiguration configuration)
{
    /// <summary>The section that holds one section for each plugin, by its name.</summary>
    public const string Section = "Plugins";

    private const string HiddenCredentials = "://(hidden)@";

    private readonly Dictionary<string, List<PluginOption>> _declared = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The full key of a plugin's section or of an option in it.</summary>
    public static string KeyOf(params IEnumerable<string> names) => ConfigurationPath.Combine(names.Prepend(Section));

    /// <summary>A plugin's own section.</summary>
    public IConfigurationSection Of(string plugin) => configuration.GetSection(KeyOf(plugin));

    /// <summary>Notes what a plugin declares; two folders of one name share a section, so either may use it.</summary>
    public void Declare(string plugin, IEnumerable<PluginOption> options)
    {
        if (!_declared.TryGetValue(plugin, out var known)) _declared[plugin] = known = [];
        known.AddRange(options);
    }

    /// <summary>One sentence for each unknown setting.</summary>
    /// <param name="plugins">The names of all plugins there are, also of those that do not run.</param>
    public IReadOnlyList<string> FindUnknown(IReadOnlyCollection<string> plugins)
    {
        List<string> notices = [];
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            if (!plugins.Contains(section.Key, StringComparer.OrdinalIgnoreCase)) notices.Add(DescribeUnknownPlugin(section.Key, plugins));
            else if (_declared.TryGetValue(section.Key, out var options) && options.Count > 0) notices.AddRange(FindUnknownOptions(section, options));
        }

        return notices;
    }

    /// <summary>What a user set, for display: <c>(set)</c> for a secret; null where it is not set.</summary>
    public static string? Show(IConfiguration section, PluginOption option)
    {
        var values = section.GetSection(option.Key).AsEnumerable()
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .OrderBy(pair => pair.Key, ConfigurationKeyComparer.Instance)
            .Select(pair => pair.Value!).ToArray();
        if (values.Length == 0) return null;
        return option.IsSecret ? "(set)" : string.Join(", ", values.Select(value => CredentialsInUrl().Replace(value, HiddenCredentials)));
    }

    private static string DescribeUnknownPlugin(string name, IReadOnlyCollection<string> plugins)
    {
        var advice = NearestName.Find(name, plugins) is { } nearest ? $"did you mean {KeyOf(nearest)}?"
            : plugins.Count > 0 ? $"there are {string.Join(", ", plugins.Distinct(StringComparer.OrdinalIgnoreCase))}."
            : "there are no plugins at all.";
        return $"{KeyOf(name)} is set, but no plugin has this name: {advice}";
    }

    private static IEnumerable<string> FindUnknownOptions(IConfigurationSection section, List<PluginOption> options)
    {
        var keys = options.ConvertAll(option => option.Key);
        return section.AsEnumerable(makePathsRelative: true)
            .Where(pair => pair.Key.Length > 0 && pair.Value is not null && !keys.Exists(key => IsWithin(pair.Key, key)))
            .Select(pair => WithoutIndex(pair.Key))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)
            .Select(name => $"{KeyOf(section.Key, name)} is set, but plugin {section.Key} has no such option: {Hint(section.Key, name, keys)}");
    }

    private static string Hint(string plugin, string name, List<string> keys) => NearestName.Find(name, keys) is { } nearest
        ? $"did you mean {KeyOf(plugin, nearest)}?"
        : $"it has {string.Join(", ", keys.Distinct(StringComparer.OrdinalIgnoreCase))}.";

    private static bool IsWithin(string path, string key) =>
        path.StartsWith(key, StringComparison.OrdinalIgnoreCase) && (path.Length == key.Length || path[key.Length] == ConfigurationPath.KeyDelimiter[0]);

    // The entries of a list with a misspelt name are reported once.
    private static string WithoutIndex(string path)
    {
        while (ConfigurationPath.GetParentPath(path) is { } parent && ConfigurationPath.GetSectionKey(path).All(char.IsAsciiDigit)) path = parent;
        return path;
    }

    // To the last @, since a password may hold one.
    [GeneratedRegex("://.*@", RegexOptions.NonBacktracking)]
    private static partial Regex CredentialsInUrl();
}
