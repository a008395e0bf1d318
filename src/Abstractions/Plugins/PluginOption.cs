namespace RegistryOperator.Abstractions.Plugins;

/// <summary>
/// An option in a plugin's own section of the configuration. A plugin registers one for each option it reads, as a service in its
/// <see cref="IPluginStartup"/>, before it reads any; the host then shows them to users and warns about unknown ones that are set.
/// </summary>
/// <param name="Key">The key within the section, e.g. <c>Server</c>; case is ignored. A list is set as <c>Key:0</c>, <c>Key:1</c>.</param>
/// <param name="Description">One line for people.</param>
public sealed record PluginOption(string Key, string Description)
{
    /// <summary>The default value, as a user would write it; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>A value that a user might set; null where that needs no example.</summary>
    public string? Example { get; init; }

    /// <summary>True where the value is, or may hold, a secret: it is never shown.</summary>
    public bool IsSecret { get; init; }
}
