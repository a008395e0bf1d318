using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Host.Settings;

/// <summary>Reads settings that are true or false.</summary>
internal static class FlagSetting
{
    /// <summary>The setting's value; false where it is not set.</summary>
    /// <exception cref="InputException">The value is neither; the message names the setting.</exception>
    public static bool Read(IConfigurationSection section, string name) => section[name] switch
    {
        null => false,
        { } text when bool.TryParse(text, out var value) => value,
        { } text => throw new InputException($"Setting {section.Path}:{name}: '{text}' is neither true nor false."),
    };
}
