namespace RegistryOperator.Host.Tests.Cli;

/// <summary>What the process makes of a variable that names no proxy.</summary>
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
}
