using System.Text;
using System.Text.Json;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Asks the real jq, so that what the readers say is checked by another hand than ours.</summary>
internal static class Jq
{
    private static readonly string[] Candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);

    /// <summary>The program's result.</summary>
    public static async Task<T> AskAsync<T>(byte[] document, string program)
    {
        var jq = Candidates.Select(folder => Path.Combine(folder, "jq")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(jq is not null, "jq is not installed.");
        var result = await Tool.RunAsync(jq!, ["-c", program], Encoding.UTF8.GetString(document), cancellationToken: TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<T>(result.EnsureSuccess().Output)!;
    }
}
