using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>The published product, as users get it: <c>artifacts/registry-operator</c>.</summary>
internal static class Product
{
    /// <summary>Another place of the published product.</summary>
    private const string FolderVariable = "REGISTRY_OPERATOR_PRODUCT";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    public static string Folder { get; } = Environment.GetEnvironmentVariable(FolderVariable) ?? Path.Combine(RepositoryRoot, "artifacts", "registry-operator");

    public static string Executable => Path.Combine(Folder, "registry-operator");

    /// <summary>Runs a command of the product to its end.</summary>
    public static Task<ToolResult> RunAsync(IReadOnlyList<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Tool.RunAsync(Executable, arguments, input, environment, Deadline, TestContext.Current.CancellationToken);

    private static string FindRepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Framework.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Framework.sln above {AppContext.BaseDirectory}.");
        return folder;
    }
}
