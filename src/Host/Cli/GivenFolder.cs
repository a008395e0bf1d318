using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli;

/// <summary>Folders that the command line names.</summary>
internal static class GivenFolder
{
    /// <summary>The path of what is no file.</summary>
    /// <param name="option">How the command line calls it, for errors.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It is one.</exception>
    public static string Check(string option, string path) =>
        File.Exists(path) ? throw new InputException($"{option} {path}: it is a file; name a folder.") : path;
}
