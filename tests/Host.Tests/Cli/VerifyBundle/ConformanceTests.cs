using System.Security.Cryptography;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli.VerifyBundle;

/// <summary>
/// The cases of Sigstore's public conformance suite (https://github.com/sigstore/sigstore-conformance), which are beside the clone, and our own, through the
/// command line that the suite runs. They write the tables of <c>docs/conformance.md</c>.
/// </summary>
public class ConformanceTests
{
    [SharedDataFact]
    public Task VerifyBundle_CasesOfTheSuite_AreAsTheDocumentSays() => CheckAsync("## The suite's cases", ConformanceCase.OfTheSuite());

    [Fact]
    public Task VerifyBundle_OwnCases_AreAsTheDocumentSays() => CheckAsync("## Our own cases", new OwnCases().All());

    private static async Task CheckAsync(string title, IReadOnlyList<ConformanceCase> cases)
    {
        using var folder = new TemporaryFolder("conformance");
        List<(string Name, string Row)> rows = [];
        foreach (var one in cases)
        {
            var arguments = one.Write(folder.File(one.Name));
            var (exitCode, reason) = await RunAsync(arguments);
            var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(one.Artifact))}";
            if (one.IsOverSha256) (await RunAsync([.. arguments[..^1], digest])).ShouldBe((exitCode, reason), one.Name);
            exitCode.ShouldBe(one.HasToFail ? 1 : 0, $"{one.Name}: {reason}");
            rows.Add((one.Name, ConformanceDocument.Row(one.Name, one.HasToFail, exitCode == 0, reason)));
        }

        rows.ShouldNotBeEmpty();
        if (ConformanceDocument.Update(title, rows.Select(row => row.Row))) return;
        var documented = ConformanceDocument.Read(title);
        // Of a case that is newer than the document, the verdict alone is known.
        rows.Where(row => documented.ContainsKey(row.Name)).Select(row => row.Row).ShouldBe(documented.Values);
    }

    private static async Task<(int ExitCode, string Reason)> RunAsync(string[] arguments)
    {
        var run = await CommandRun.StartAsync(arguments);

        run.Output.ShouldBeEmpty();
        if (run.ExitCode == 0)
        {
            run.Error.ShouldBeEmpty();
            return (0, "");
        }

        // One line: error: REASON: what is wrong, or error: --OPTION FILE: what is wrong with it.
        var line = run.Error.TrimEnd('\n');
        line.ShouldStartWith("error: ");
        line.ShouldNotContain('\n');
        return (run.ExitCode, line.Split(' ')[1].TrimEnd(':'));
    }
}
