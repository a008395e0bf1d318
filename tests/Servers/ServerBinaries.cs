namespace RegistryOperator.Tests.Servers;

/// <summary>
/// Finds the real servers and tools, which <c>tests/Servers/install/build.sh</c> puts into a cache outside the clone.
/// </summary>
public static class ServerBinaries
{
    /// <summary>Names the cache folder, where it is not the default.</summary>
    public const string FolderVariable = "REGISTRY_OPERATOR_TEST_SERVERS";

    /// <summary>The cache folder.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "registry-operator", "test-servers");

    /// <summary>True where the program is installed. Some come from a moving source and may be absent.</summary>
    public static bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>The path of a program.</summary>
    /// <exception cref="FileNotFoundException">It is not installed; the message says how to do that.</exception>
    public static string Find(string name)
    {
        var path = PathOf(name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"The test server '{name}' is not in {Folder}: run tests/Servers/install/build.sh, or set {FolderVariable} to the folder it was given.", path);
    }

    private static string PathOf(string name) => Path.Combine(Folder, "bin", name);
}
