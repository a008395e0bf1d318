using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>The published product, as users get it: <c>artifacts/registry-operator</c>.</summary>
internal static class Product
{
    /// <summary>Another place of the published product.</summary>
    private const string FolderVariable = "REGISTRY_OPERATOR_PRODUCT";

    /// <summary>Where reports are kept.</summary>
    public const string DataVariable = "RO_DataDir";

    /// <summary>The setting <c>Network:Allow</c>.</summary>
    public const string AllowVariable = "RO_Network__Allow";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    public static string Folder { get; } = Environment.GetEnvironmentVariable(FolderVariable) ?? Path.Combine(RepositoryRoot, "artifacts", "registry-operator");

    public static string Executable => Path.Combine(Folder, "registry-operator");

    /// <summary>Runs a command of the product to its end, with a data directory of its own unless <paramref name="environment"/> names one.</summary>
    public static async Task<ToolResult> RunAsync(
        IReadOnlyList<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var data = new TemporaryFolder("data");
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        variables.TryAdd(DataVariable, data.Path);
        return await Tool.RunAsync(Executable, arguments, input, variables, Deadline, TestContext.Current.CancellationToken);
    }

    /// <summary>The setting that lets answers of a registry of this machine lead to another server of it.</summary>
    public static string[] Allowing(Uri server) => ["--set", $"Network:Allow={server.Authority}"];

    private static string FindRepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Framework.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Framework.sln above {AppContext.BaseDirectory}.");
        return folder;
    }
}
