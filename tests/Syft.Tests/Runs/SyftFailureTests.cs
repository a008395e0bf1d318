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
    [InlineData("GET http://r/v2/a/manifests/sha256:0: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:a Type:repository]]", ScanReasons.Unauthorized)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: DENIED: msg", ScanReasons.Unauthorized)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: TOOMANYREQUESTS: msg", ScanReasons.RateLimited)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: MANIFEST_UNKNOWN: manifest unknown; map[Name:a Revision:sha256:0]", ScanReasons.NotFound)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: unexpected status code 503 Service Unavailable", ScanReasons.RegistryUnavailable)]
    [InlineData("GET http://r/v2/a/manifests/sha256:0: unexpected status code 500 Internal Server Error", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": dial tcp: lookup r on 10.0.0.53:53: no such host; Get \"http://r/v2/\": dial tcp: lookup r", ScanReasons.RegistryUnavailable)]
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
    [InlineData("panic: runtime error\n\ngoroutine 1 [running]:", "Syft: goroutine 1 [running]:")]
    [InlineData("", "Syft: it ended with exit code 1 and said nothing")]
    public void Explain_SeveralLines_TakesTheLastErrorElseTheLastLine(string tail, string message) => Explain(tail).Message.ShouldBe(message);

    [Fact]
    public void Explain_DiskFull_SaysWhatToDo() => Explain("[0000] ERROR write /tmp/x: no space left on device").Message.ShouldContain("enlarge the temporary directory");

    [Fact]
    public void Explain_Killed_SaysThatMemoryMayLack() => Explain("", exitCode: 137).Message.ShouldContain("raise the memory limit");

    [Fact]
    public void Explain_VeryLongError_IsCut() => Explain("ERROR " + new string('x', 10_000)).Message.Length.ShouldBeLessThan(600);

    public static TheoryData<RegistryCredential> Credentials =>
    [
        new RegistryCredential.UsernamePassword("user", "pa$$w(rd"), new RegistryCredential.RegistryToken("pa$$w(rd"), new RegistryCredential.IdentityToken("pa$$w(rd"),
    ];

    [Theory]
    [MemberData(nameof(Credentials))]
    public void Explain_SecretInTheError_IsHidden(RegistryCredential credential)
    {
        var message = Explain("[0000] ERROR bad header 'pa$$w(rd' for https://s3.example.com/blob?X-Amz-Signature=abc&b=c 400", credential: credential).Message;
        message.ShouldBe("Syft: bad header '***' for https://s3.example.com/blob?*** 400");
    }

    private static ScanException Explain(string tail, int exitCode = 1, RegistryCredential? credential = null) =>
        SyftFailure.Explain(new ToolResult(exitCode, "", tail, TimeSpan.Zero, null), credential ?? RegistryCredential.Anonymous);
}
