using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Plugins.Syft.Options;

/// <summary>Reads <see cref="SyftOptions"/> from the plugin's section.</summary>
/// <param name="section">The plugin's section.</param>
/// <param name="name">The section's name, for errors.</param>
internal sealed class SyftOptionsReader(IConfiguration section, string name)
{
    /// <summary>Reads them all.</summary>
    /// <exception cref="SyftOptionsException">A setting is not known or its value not allowed.</exception>
    public SyftOptions Read()
    {
        var options = new SyftOptions();
        foreach (var setting in section.GetChildren())
        {
            var key = $"{name}:{setting.Key}";
            if (setting.Value is not { Length: > 0 } value) throw new SyftOptionsException($"{key} has no value: give it one, or remove it.");
            options = Find(setting.Key, key).Apply(options, key, value);
        }

        return options;
    }

    private static SyftSetting Find(string setting, string key)
    {
        var keys = SyftSettings.All.Select(known => known.Option.Key).ToArray();
        return SyftSettings.All.FirstOrDefault(known => known.Option.Key.Equals(setting, StringComparison.OrdinalIgnoreCase))
            ?? throw new SyftOptionsException($"{key} is not a setting of this plugin: it has {string.Join(", ", keys[..^1])} and {keys[^1]}.");
    }
}

/// <summary>A setting is wrong; the message names it, its value and what is expected.</summary>
internal sealed class SyftOptionsException(string message) : Exception(message);
