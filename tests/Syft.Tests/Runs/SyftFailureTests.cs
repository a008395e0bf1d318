using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft.Runs;

namespace RegistryOperator.Syft.Tests.Runs;

public sealed class SyftFailureTests
{
    private const string Preamble = "[0000] ERROR could not determine source: an error occurred attempting to resolve 'r/a@sha256:0': oci-registry: ";
    private const string Descriptor = "failed to get image descriptor from registry: ";

    // The first nine as Syft 1.18.1 wrote them, with shorter names.
    [Theory]
    [InlineData(
        "GET http://r/v2/a/manifests/sha256:0: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:a Type:repository]]",
        ScanReasons.Unauthorized)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: DENIED: msg", ScanReasons.Unauthorized)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: TOOMANYREQUESTS: msg", ScanReasons.RateLimited)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: MANIFEST_UNKNOWN: manifest unknown; map[Name:a Revision:sha256:0]", ScanReasons.NotFound)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: unexpected status code 503 Service Unavailable", ScanReasons.RegistryUnavailable)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: unexpected status code 500 Internal Server Error", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", ScanReasons.RegistryUnavailable)]
    [InlineData(
        "Get \"https://r/v2/\": dial tcp: lookup r on 10.0.0.53:53: no such host; Get \"http://r/v2/\": dial tcp: lookup r", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": tls: first record does not look like a TLS handshake", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": dial tcp 10.0.0.1:443: i/o timeout", ScanReasons.TimedOut)]
    [InlineData("Get \"https://r/v2/\": net/http: TLS handshake timeout", ScanReasons.TimedOut)]
    [InlineData("Get \"https://r/v2/\": context deadline exceeded", ScanReasons.TimedOut)]
    [InlineData("unable to read image: write /tmp/x/layer: no space left on device", ScanReasons.Failed)]
    [InlineData("unable to read image: error verifying sha256 checksum after reading 9 bytes", ScanReasons.InvalidContent)]
    [InlineData("unable to read image: gzip: invalid header", ScanReasons.InvalidContent)]
    [InlineData("a new kind of error", ScanReasons.Failed)]
    public void Explain_ErrorLine_HasItsReasonAndItsText(string error, string reason)
    {
        var exception = Explain(Preamble + Descriptor + error);
        exception.Reason.ShouldBe(reason);
        exception.Message.ShouldStartWith($"Syft: {Descriptor}{error}");
    }

    [Theory]
    [InlineData("[0000] WARN something\n[0001] ERROR first\n[0002] ERROR second\nUsage: …", "Syft: second")]
    [InlineData("panic: runtime error\n\ngoroutine 1 [running]:", "Syft: panic: runtime error")]
    [InlineData("", "Syft: it ended with exit code 1 and said nothing")]
    public void Explain_SeveralLines_TakesTheLastErrorElseTheLastLine(string tail, string message) => Explain(tail).Message.ShouldBe(message);

    [Fact]
    public void Explain_DiskFull_SaysWhatToDo() =>
        Explain("[0000] ERROR write /tmp/x: no space left on device").Message.ShouldContain("enlarge the temporary directory");

    [Fact]
    public void Explain_Killed_SaysThatMemoryMayLack() => Explain("", exitCode: 137).Message.ShouldContain("raise the memory limit");

    [Fact]
    public void Explain_VeryLongError_IsCut() => Explain("ERROR " + new string('x', 10_000)).Message.Length.ShouldBeLessThan(600);

    public static TheoryData<RegistryCredential> Credentials =>
    [
        new RegistryCredential.UsernamePassword("user", "pa$$w(rd"), new RegistryCredential.RegistryToken("pa$$w(rd"),
        new RegistryCredential.IdentityToken("pa$$w(rd"),
    ];

    [Theory]
    [MemberData(nameof(Credentials))]
    public void Explain_SecretInTheError_IsHidden(RegistryCredential credential)
    {
        var message = Explain("[0000] ERROR bad header 'pa$$w(rd' for https://s3.example.com/blob?X-Amz-Signature=abc&b=c 400", credential: credential).Message;
        message.ShouldBe("Syft: bad header '***' for https://s3.example.com/blob?*** 400");
    }

    [Theory]
    [InlineData("UNAUTHORIZED:", ScanReasons.Unauthorized, null)]
    [InlineData("DENIED:", ScanReasons.Unauthorized, null)]
    [InlineData("401 Unauthorized", ScanReasons.Unauthorized, null)]
    [InlineData("403 Forbidden", ScanReasons.Unauthorized, null)]
    [InlineData("TOOMANYREQUESTS:", ScanReasons.RateLimited, null)]
    [InlineData("429 Too Many Requests", ScanReasons.RateLimited, null)]
    [InlineData("MANIFEST_UNKNOWN:", ScanReasons.NotFound, null)]
    [InlineData("NAME_UNKNOWN:", ScanReasons.NotFound, null)]
    [InlineData("BLOB_UNKNOWN:", ScanReasons.NotFound, null)]
    [InlineData("404 Not Found", ScanReasons.NotFound, null)]
    [InlineData("no space left on device", ScanReasons.Failed, "Free or enlarge the temporary directory: images are unpacked there.")]
    [InlineData("max layer size", ScanReasons.TooLarge, null)]
    [InlineData("maximum layer size", ScanReasons.TooLarge, null)]
    [InlineData("layer is too large", ScanReasons.TooLarge, null)]
    [InlineData("unsupported MediaType", ScanReasons.UnsupportedManifest, null)]
    [InlineData("schema1", ScanReasons.UnsupportedManifest, null)]
    [InlineData("error verifying ", ScanReasons.InvalidContent, null)]
    [InlineData("gzip: invalid", ScanReasons.InvalidContent, null)]
    [InlineData("unexpected EOF", ScanReasons.InvalidContent, null)]
    [InlineData("invalid tar header", ScanReasons.InvalidContent, null)]
    [InlineData("invalid character", ScanReasons.InvalidContent, null)]
    [InlineData("x509:", ScanReasons.RegistryUnavailable, "Add the registry's certificate authority to the resource.")]
    [InlineData("tls: ", ScanReasons.RegistryUnavailable, "Add the registry's certificate authority to the resource.")]
    [InlineData("i/o timeout", ScanReasons.TimedOut, null)]
    [InlineData("TLS handshake timeout", ScanReasons.TimedOut, null)]
    [InlineData("context deadline exceeded", ScanReasons.TimedOut, null)]
    [InlineData("Client.Timeout exceeded", ScanReasons.TimedOut, null)]
    [InlineData("504 Gateway", ScanReasons.TimedOut, null)]
    [InlineData("connection refused", ScanReasons.RegistryUnavailable, null)]
    [InlineData("connection reset", ScanReasons.RegistryUnavailable, null)]
    [InlineData("no such host", ScanReasons.RegistryUnavailable, null)]
    [InlineData("no route to host", ScanReasons.RegistryUnavailable, null)]
    [InlineData("network is unreachable", ScanReasons.RegistryUnavailable, null)]
    [InlineData("server misbehaving", ScanReasons.RegistryUnavailable, null)]
    [InlineData("500 Internal Server Error", ScanReasons.RegistryUnavailable, null)]
    [InlineData("502 Bad Gateway", ScanReasons.RegistryUnavailable, null)]
    [InlineData("503 Service Unavailable", ScanReasons.RegistryUnavailable, null)]
    [InlineData("UNAVAILABLE:", ScanReasons.RegistryUnavailable, null)]
    [InlineData("something new", ScanReasons.Failed, null)]
    public void Explain_EachText_HasItsReasonAndAdvice(string text, string reason, string? advice)
    {
        var error = Explain($"[0000] ERROR it is {text} now");

        error.Reason.ShouldBe(reason);
        error.Message.ShouldBe($"Syft: it is {text.TrimEnd()} now{(advice is null ? "" : ". " + advice)}");
    }

    // Whichever stands first in the text, the rule that stands first counts.
    [Theory]
    [InlineData("UNAUTHORIZED:", "404 Not Found", ScanReasons.Unauthorized)]
    [InlineData("TOOMANYREQUESTS:", "503 Service Unavailable", ScanReasons.RateLimited)]
    [InlineData("MANIFEST_UNKNOWN:", "unexpected EOF", ScanReasons.NotFound)]
    [InlineData("no space left on device", "unexpected EOF", ScanReasons.Failed)]
    [InlineData("x509:", "i/o timeout", ScanReasons.RegistryUnavailable)]
    [InlineData("i/o timeout", "connection refused", ScanReasons.TimedOut)]
    public void Explain_SeveralTexts_TakesTheParticularBeforeTheGeneral(string particular, string general, string reason)
    {
        Explain($"ERROR {particular} {general}").Reason.ShouldBe(reason);
        Explain($"ERROR {general} {particular}").Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData(136)]
    [InlineData(138)]
    public void Explain_OtherExitCode_TellsItsWords(int exitCode) => Explain("ERROR words", exitCode).Message.ShouldBe("Syft: words");

    [Theory]
    [InlineData("could not determine source: errors occurred attempting to resolve 'r/a': oci-registry: cause", "cause")]
    [InlineData("could not determine source: an error occurred attempting to resolve 'r/a':cause", "cause")]
    [InlineData("no preamble: could not determine source: x", "no preamble: could not determine source: x")]
    public void Explain_Preamble_IsLeftOut(string error, string shown) => Explain("ERROR " + error).Message.ShouldBe("Syft: " + shown);

    [Theory]
    [InlineData("Get https://alice:pw@s3.example/x: bad", "Get https://s3.example/x: bad")]
    [InlineData("Get https://s3.example/x?a=b: bad? really", "Get https://s3.example/x?*** bad? really")]
    public void Explain_UrlsOfStorage_LoseWhoAndSignature(string error, string shown) => Explain("ERROR " + error).Message.ShouldBe("Syft: " + shown);

    [Fact]
    public void Explain_EmptyPassword_HidesNothing() =>
        Explain("ERROR words", credential: new RegistryCredential.UsernamePassword("user", "")).Message.ShouldBe("Syft: words");

    [Theory]
    [InlineData(494, false)]
    [InlineData(495, true)]
    public void Explain_ErrorOfAnyLength_IsAtMostFiveHundredCharacters(int length, bool isCut)
    {
        var message = Explain("ERROR " + new string('x', length)).Message;

        message.ShouldBe("Syft: " + (isCut ? new string('x', 493) + "…" : new string('x', 494)));
    }

    [Fact]
    public void Explain_ControlCharacters_DoNotReachTheMessage()
    {
        var message = Explain("[0000] ERROR bad\u001b[31mred\u0007\u009b2J\u0000\tend").Message;

        message.ShouldAllBe(character => !char.IsControl(character));
        message.ShouldContain("red");
    }

    [Fact]
    public void Describe_LongWordsWithControlCharacters_AreCleanedAndCut()
    {
        var text = SyftFailure.Describe(new ToolResult(1, "", "\u001b[31m" + new string('x', 9000), TimeSpan.Zero, null));

        text.Length.ShouldBe(500);
        text.ShouldAllBe(character => !char.IsControl(character));
    }

    private static ScanException Explain(string tail, int exitCode = 1, RegistryCredential? credential = null) =>
        SyftFailure.Explain(new ToolResult(exitCode, "", tail, TimeSpan.Zero, null), credential ?? RegistryCredential.Anonymous);
}
