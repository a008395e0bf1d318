using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Host.Settings;

/// <summary>Reads settings that are whole numbers from 1 on.</summary>
internal static class NumberSetting
{
    /// <summary>The setting's value, or the fallback where it is not set.</summary>
    /// <exception cref="InputException">The value is not valid; the message names the setting and what is expected.</exception>
    public static int Read(IConfigurationSection section, string name, int fallback, int maximum = int.MaxValue) => section[name] switch
    {
        null => fallback,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= maximum => value,
        { } text => throw new InputException($"Setting {section.Path}:{name}: '{text}' is not a whole number {Range(maximum)}, e.g. {fallback}."),
    };

    private static string Range(int maximum) => maximum == int.MaxValue ? "above 0" : $"from 1 to {maximum}";
}
