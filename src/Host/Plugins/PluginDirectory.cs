namespace RegistryOperator.Host.Plugins;

/// <summary>A directory whose sub-folders are plugins.</summary>
/// <param name="Path">Full or relative path.</param>
/// <param name="IsRequired">True where a user named it, so that its absence is an error; the default directory may be missing.</param>
internal sealed record PluginDirectory(string Path, bool IsRequired)
{
    /// <summary>The folder <c>plugins</c> beside the executable.</summary>
    public static PluginDirectory Default { get; } = new(System.IO.Path.Combine(AppContext.BaseDirectory, "plugins"), IsRequired: false);
}

/// <summary>A plugin that does not run, and why.</summary>
/// <param name="Folder">The full path of its folder, or of the plugin directory that is missing.</param>
/// <param name="Reason">One sentence for the user: what is wrong and what to do.</param>
internal sealed record PluginFailure(string Folder, string Reason)
{
    /// <summary>The plugin's name: that of its folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    public override string ToString() => $"Plugin {Folder}: {Reason}";
}
