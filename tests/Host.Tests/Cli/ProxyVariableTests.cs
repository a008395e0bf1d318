namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What the process makes of a variable that names no proxy, or no setting.</summary>
public sealed class ProxyVariableTests
{
    [Theory]
    [InlineData("HTTPS_PROXY=ftp://me:secret@proxy:21", "HTTPS_PROXY: 'ftp://…@proxy:21' is no URL of a proxy (ftp:// is not among its schemes).")]
    [InlineData("http_proxy=nonsense:port", "http_proxy: 'nonsense:port' is no URL of a proxy.")]
    public async Task Scan_VariableThatNamesNoProxy_IsBadInputAndNamed(string variable, string expected)
    {
        await using var product = ProductProcess.StartInShell($"unset HTTP_PROXY HTTPS_PROXY; {variable} exec \"$0\" scan -f /nonexistent.yaml");

        var run = await product.EndAsync();

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldStartWith($"error: {expected} Write http://HOST:PORT");
        run.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Scan_VariableThatIsNoSetting_IsToldOnTheErrorStream()
    {
        await using var product = ProductProcess.StartInShell("RO_Scaning__Concurrency=2 RO_PORT=80 exec \"$0\" scan -f /nonexistent.yaml");

        var run = await product.EndAsync();

        run.Error.ShouldBe(
            "notice: The environment variable RO_Scaning__Concurrency is not read: did you mean RO_Scanning__Concurrency?\n"
                + "error: /nonexistent.yaml: no such file\n");
    }
}
