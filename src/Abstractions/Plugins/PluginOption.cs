namespace RegistryOperator.Abstractions.Plugins;

/// <summary>
/// An option in a plugin's own section of the configuration. A plugin registers one for each option it reads, as a service in its
/// <see cref="IPluginStartup"/>, before it reads any; the host then shows them to users and tells them of options that are set and not known.
/// </summary>
/// <param name="Key">The key within the section, e.g. <c>Server</c>; case counts for nothing. A list is set as <c>Key:0</c>, <c>Key:1</c>.</param>
/// <param name="Description">One line for people.</param>
public sealed record PluginOption(string Key, string Description)
{
    /// <summary>What holds where it is not set, as a user would write it; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>A value that a user might set; null where that needs no example.</summary>
    public string? Example { get; init; }

    /// <summary>True where the value is, or may hold, a secret: it is never shown.</summary>
    public bool IsSecret { get; init; }
}
