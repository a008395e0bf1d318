using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Plugins.Provenance.Options;

/// <summary>Reads <see cref="ProvenanceOptions"/> from the plugin's section.</summary>
/// <param name="section">The plugin's section.</param>
/// <param name="name">The section's name, for errors.</param>
internal sealed class ProvenanceOptionsReader(IConfiguration section, string name)
{
    /// <summary>Reads them all.</summary>
    /// <exception cref="ProvenanceOptionsException">A setting is not known or its value not allowed.</exception>
    public ProvenanceOptions Read()
    {
        var options = new ProvenanceOptions();
        foreach (var setting in section.GetChildren())
        {
            var key = $"{name}:{setting.Key}";
            if (!setting.Key.Equals(nameof(ProvenanceOptions.TrustedBuilders), StringComparison.OrdinalIgnoreCase))
                throw new ProvenanceOptionsException($"{key} is not a setting of this plugin: it has {nameof(ProvenanceOptions.TrustedBuilders)}.");
            options = options with { TrustedBuilders = ReadBuilders(setting, key) };
        }

        return options;
    }

    private static string[] ReadBuilders(IConfigurationSection setting, string key)
    {
        IConfigurationSection[] items = [.. setting.GetChildren()];
        if (items.Length == 0) return [Check(setting.Value, key)];
        return [.. items.Select(item => Check(item.Value, $"{key}:{item.Key}"))];
    }

    private static string Check(string? value, string key)
    {
        // A star elsewhere would be taken for a pattern, and a star alone would trust everybody.
        var fixedPart = value?.EndsWith('*') is true ? value[..^1] : value ?? "";
        return Uri.TryCreate(fixedPart, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            && uri.AbsolutePath.Length > 1 && !fixedPart.Contains('*', StringComparison.Ordinal)
            ? value!
            : throw new ProvenanceOptionsException(
                $"{key} is '{value}': expected the https URI of a builder, such as {ProvenanceSettings.TrustedBuilders.Example}, with '*' at its end alone.");
    }
}

/// <summary>A setting is wrong; the message names it, its value and what is expected.</summary>
internal sealed class ProvenanceOptionsException(string message) : Exception(message);
