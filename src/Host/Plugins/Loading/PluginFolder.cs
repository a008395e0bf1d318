namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>One plugin on disk, not yet inspected.</summary>
/// <param name="Name">The folder's name, which is the plugin's.</param>
/// <param name="Path">The folder's full path.</param>
/// <param name="EntryAssembly">Full path of the assembly that implements the contract.</param>
internal sealed record PluginFolder(string Name, string Path, string EntryAssembly);

/// <summary>Carries the sentence of a <see cref="PluginFailure"/> up to where the folder is known.</summary>
internal sealed class PluginException(string reason, Exception? innerException = null) : Exception(reason, innerException);
