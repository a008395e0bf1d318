using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli.TrustRoot;

public sealed class TrustRootCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("trust-root");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text", "txt")]
    [InlineData("json", "json")]
    [InlineData("yaml", "yaml")]
    public async Task Show_ShippedRoot_TellsAllOfIt(string format, string extension)
    {
        var run = await CommandRun.StartAsync("trust-root", "show", "-o", format);

        (run.ExitCode, run.Error).ShouldBe((0, ""));
        run.Output.ShouldMatch($"trust-root.{extension}", _folder.Path);
    }

    [Fact]
    public async Task Show_File_IsShownInThePlaceOfTheShippedOne()
    {
        var instance = new TestInstance();
        var root = instance.Root();
        root.Remove("ctlogs");
        var file = _folder.Write("root.json", root.ToJsonString());

        var run = await CommandRun.StartAsync("trust-root", "show", file);

        run.ExitCode.ShouldBe(0);
        var lines = run.Output.Split('\n');
        lines[0].ShouldBe(file);
        lines[1].ShouldBe("knows nothing that began after 2025-01-01 00:00:00Z");
        lines.ShouldContain(line => line.StartsWith("O=test, CN=test-intermediate https://fulcio.test ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("https://rekor.test ", StringComparison.Ordinal)
            && line.EndsWith($" EcdsaP256 {TestInstance.Base64(instance.Rekor1.Key.Id)}", StringComparison.Ordinal));
        lines.ShouldContain("CERTIFICATE LOGS  none");
        lines.ShouldContain(line => line.Contains(" https://tsa.test ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rawBytes", "MIIBHjANBgkqhkiG9w0BAQEFAAOCAQsAMIIBBgKB", "unusable: its key is of an algorithm that is not supported")]
    [InlineData("start", "2999-01-01T00:00:00Z", "not valid yet")]
    [InlineData("end", "2025-06-01T00:00:00Z", "expired")]
    public async Task Show_LogThatVerifiesNothingNew_IsMarked(string field, string value, string state)
    {
        var root = new TestInstance().Root();
        var key = root["tlogs"]![0]!["publicKey"]!.AsObject();
        if (field == "rawBytes") key[field] = value;
        else (key["validFor"] ??= new System.Text.Json.Nodes.JsonObject { ["start"] = "2025-01-01T00:00:00Z" })[field] = value;

        var text = await CommandRun.StartAsync("trust-root", "show", _folder.Write("root.json", root.ToJsonString()));
        var json = await CommandRun.StartAsync("trust-root", "show", _folder.File("root.json"), "-o", "json");

        text.ExitCode.ShouldBe(0, text.Error);
        text.Output.Split('\n').Count(line => line.TrimEnd().EndsWith(state, StringComparison.Ordinal)).ShouldBe(1, text.Output);
        json.Output.ShouldContain($"\"state\": \"{state}\"");
    }

    [Theory]
    [InlineData(null, "no such file.")]
    [InlineData("{", "The trusted root can't be used: trustedRoot is no valid JSON")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}""",
        "The trusted root can't be used: trustedRoot.mediaType is 'application/vnd.dev.sigstore.bundle.v0.3+json'")]
    public async Task Show_NoTrustedRoot_IsBadInput(string? content, string expected)
    {
        var file = content is null ? _folder.File("none") : _folder.Write("root.json", content);

        var run = await CommandRun.StartAsync("trust-root", "show", file);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldStartWith($"error: trust-root show {file}: {expected}");
    }
}
