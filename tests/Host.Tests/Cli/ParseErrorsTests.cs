namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What is said of a command line that is not valid: in the user's words, with the option that is meant.</summary>
public class ParseErrorsTests
{
    [Theory]
    [InlineData("search x -o xml", "-o xml: expected json or table.")]
    [InlineData("search x --output xml", "--output xml: expected json or table.")]
    [InlineData("scan -f x -o JSON5", "-o JSON5: expected json, table or yaml.")]
    [InlineData("run --workers many", "--workers many: expected a whole number, e.g. --workers 64.")]
    [InlineData("run --workers 1.5", "--workers 1.5: expected a whole number, e.g. --workers 64.")]
    [InlineData("run --workers 99999999999", "--workers 99999999999: expected a whole number, e.g. --workers 64.")]
    [InlineData("run --workers", "--workers: its value is missing, e.g. --workers 64.")]
    [InlineData("run --log-level Loud", "--log-level Loud: expected Trace, Debug, Information, Warning, Error, Critical or None.")]
    [InlineData("run --log-level 7", "--log-level 7: expected Trace, Debug, Information, Warning, Error, Critical or None.")]
    [InlineData("run --directory a --directory b", "--directory is given 2 times, and may be given once.")]
    [InlineData("scan --file", "--file: its value is missing: --file FILE.")]
    [InlineData("run -n", "-n: its value is missing: --namespace NAME.")]
    [InlineData("scan -f x --set --plugins", "--set: its value is missing before --plugins: --set KEY=VALUE.")]
    public async Task Run_ValueOfAnOption_IsToldWithTheOption(string arguments, string expected) => await ExpectAsync(arguments, expected);

    // Where an option takes several values, a misspelt one after it would be among these.
    [Theory]
    [InlineData("scan -f a --outptu json", "--outptu: there is no such option; did you mean --output?")]
    [InlineData("scan --workloads-from a b --fiel=c", "--fiel: there is no such option; did you mean --file?")]
    [InlineData("explain 1.0 -f a --ofline", "--ofline: there is no such option; did you mean --offline?")]
    [InlineData("run --namespace a --wrokers 3", "--wrokers: there is no such option; did you mean --workers?")]
    [InlineData("plugins list --plugin a", "--plugin: there is no such option; did you mean --plugins?")]
    [InlineData("plugins list --set --cnofig", "--cnofig: there is no such option; did you mean --config?")]
    [InlineData("verify a --kye b", "--kye: there is no such option; did you mean --key?")]
    [InlineData("verify a --key b --isuer c", "--isuer: there is no such option; did you mean --issuer?")]
    [InlineData("search --outptu json", "--outptu: there is no such option; did you mean --output?")]
    [InlineData("search x --tags", "--tags: there is no such option; there are --output, --data-dir, --help.")]
    [InlineData(
        "scan -f a -x json",
        "-x: there is no such option; there are --file, --workloads-from, --fail-on, --strict, --output, --plugins, --set, --config, --data-dir, …")]
    public async Task Run_MisspeltOption_NamesTheNearest(string arguments, string expected) => await ExpectAsync(arguments, expected);

    [Theory]
    [InlineData("scan registry.yaml", "registry.yaml: a file is given with -f: registry-operator scan -f registry.yaml")]
    [InlineData("scan -f a.yaml -o json b.yaml", "b.yaml: a file is given with -f: registry-operator scan -f b.yaml")]
    public async Task Run_FileWithoutItsOption_IsToldHowItIsGiven(string arguments, string expected) => await ExpectAsync(arguments, expected);

    [Theory]
    [InlineData("scn -f x", "'scn' is no command: did you mean 'scan'?")]
    [InlineData("plugins shw x", "'shw' is no command: did you mean 'show'?")]
    [InlineData("frobnicate", "'frobnicate' is no command: there are run, scan, explain, report, search, history, verify, verify-bundle, trust-root, …")]
    public async Task Run_UnknownCommand_NamesTheNearest(string arguments, string expected) => await ExpectAsync(arguments, expected);

    [Theory]
    [InlineData("--data-dir=--x")]
    [InlineData("-o=json")]
    [InlineData("-ojson")]
    [InlineData("--output:json")]
    public async Task Run_ValueWithItsOption_IsUnderstood(string option) =>
        (await CommandRun.StartAsync("search", "x", option, "--data-dir", "/nonexistent")).Error.ShouldNotContain("no such option");

    // System.CommandLine would read it from a file.
    [Fact]
    public async Task Run_NameThatBeginsWithAt_IsAName()
    {
        var run = await CommandRun.StartAsync("search", "@angular/core", "--data-dir", "/nonexistent");

        run.Error.ShouldStartWith("error: There are no reports in /nonexistent");
    }

    [Fact]
    public async Task Run_AfterTheEndOfOptions_NothingIsAnOption()
    {
        var run = await CommandRun.StartAsync("search", "--data-dir", "/nonexistent", "--", "--outptu");

        run.Error.ShouldStartWith("error: There are no reports in /nonexistent");
    }

    [Theory]
    [InlineData("run --directory FILE", "--directory FILE: it is a file; name a folder.")]
    [InlineData("run --directory FOLDER --data-dir FILE", "--data-dir FILE: it is a file; name a folder.")]
    [InlineData("search x --data-dir FILE", "--data-dir FILE: it is a file; name a folder.")]
    [InlineData("plugins list --plugins FILE", "--plugins FILE: it is a file; name a folder.")]
    [InlineData("plugins list --config FOLDER", "--config FOLDER: it is a folder; name a file.")]
    [InlineData("run --directory FOLDER --data-dir FOLDER/data --api-token-file FOLDER", "--api-token-file FOLDER: it is a folder; name a file.")]
    [InlineData("verify 127.0.0.1:1/a:1 --key FOLDER", "--key FOLDER: it is a folder; name a file.")]
    public async Task Run_FolderInThePlaceOfAFile_IsToldWithTheOption(string arguments, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("registry-operator-").FullName;
        var file = Path.Combine(folder, "a.yaml");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        try
        {
            string[] words = [.. arguments.Split(' ').Select(Named)];
            var run = await CommandRun.StartAsync(words);

            (run.ExitCode, run.Output, run.Error).ShouldBe((2, "", $"error: {Named(expected)}\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Named(string text) => text.Replace("FOLDER", folder, StringComparison.Ordinal).Replace("FILE", file, StringComparison.Ordinal);
    }

    private static async Task ExpectAsync(string arguments, string expected)
    {
        var run = await CommandRun.StartAsync(arguments.Split(' '));

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        var first = run.Error.Split('\n')[0];
        if (expected.EndsWith('…')) first.ShouldStartWith($"error: {expected.TrimEnd('…')}");
        else first.ShouldBe($"error: {expected}");
        run.Error.ShouldNotContain("System.");
    }
}
