using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>
/// Compares output with the file <c>NAME</c> of a folder of golden files. With <c>UPDATE_GOLDEN=1</c> in the environment it writes the file instead:
/// look at the diff.
/// </summary>
internal static partial class GoldenFile
{
    private const string UpdateVariable = "UPDATE_GOLDEN";

    /// <summary>True where golden files are written, not compared.</summary>
    public static bool IsUpdated => Environment.GetEnvironmentVariable(UpdateVariable) == "1";

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Compares; paths below <paramref name="root"/> are shown as <c>ROOT</c>, and spaces at the ends of lines count for nothing.</summary>
    public static void ShouldMatch(this string output, string name, string root, string folder = "Cli/Golden")
    {
        var actual = TrailingSpaces().Replace(output.Replace("\r\n", "\n", StringComparison.Ordinal), "").Replace(root, "ROOT", StringComparison.Ordinal);
        var path = Path.Combine(Root, "tests", "Host.Tests", folder, name);
        if (IsUpdated)
        {
            File.WriteAllText(path, actual);
            return;
        }

        File.Exists(path).ShouldBeTrue($"{path} is missing: run the test once with {UpdateVariable}=1.");
        actual.ShouldBe(File.ReadAllText(path));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Framework.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Framework.sln above the tests.");
        return folder;
    }

    [GeneratedRegex("[ ]+$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex TrailingSpaces();
}
