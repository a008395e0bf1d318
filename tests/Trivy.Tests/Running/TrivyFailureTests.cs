using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Running;

namespace RegistryOperator.Trivy.Tests.Running;

public sealed class TrivyFailureTests
{
    private const string Prefix = "2026-11-24T06:36:16Z\tINFO\t[vuln] Vulnerability scanning is enabled\n2026-11-24T06:36:16Z\tFATAL\tFatal error\trun error: image scan error: scan error: unable to initialize a scan service: unable to find the specified image \"r/a@sha256:1\" in [\"remote\"]: 1 error occurred:\n\t* remote error: ";

    [Theory]
    [InlineData("GET https://r/v2/a/manifests/sha256:1: UNAUTHORIZED: authentication required; [map[Type:repository]]", ScanReasons.Unauthorized)]
    [InlineData("GET https://r/v2/a/manifests/sha256:1: DENIED: requested access to the resource is denied", ScanReasons.Unauthorized)]
    [InlineData("GET https://r/v2/a: unexpected status code 401 Unauthorized", ScanReasons.Unauthorized)]
    [InlineData("GET https://r/v2/a: unexpected status code 403 Forbidden", ScanReasons.Unauthorized)]
    [InlineData("GET https://r/v2/a/manifests/sha256:1: MANIFEST_UNKNOWN: manifest unknown; map[Tag:x]", ScanReasons.NotFound)]
    [InlineData("GET https://r/v2/a/manifests/sha256:1: NAME_UNKNOWN: repository name not known to registry", ScanReasons.NotFound)]
    [InlineData("GET https://r/v2/a: unexpected status code 404 Not Found", ScanReasons.NotFound)]
    [InlineData("GET https://r/v2/a: TOOMANYREQUESTS: You have reached your pull rate limit.", ScanReasons.RateLimited)]
    [InlineData("GET https://r/v2/a: unexpected status code 429 Too Many Requests", ScanReasons.RateLimited)]
    [InlineData("Get \"https://r/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": dial tcp: lookup r: no such host", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority", ScanReasons.RegistryUnavailable)]
    [InlineData("Get \"https://r/v2/\": net/http: TLS handshake timeout", ScanReasons.TimedOut)]
    [InlineData("Get \"https://r/v2/\": dial tcp 10.0.0.1:443: i/o timeout", ScanReasons.TimedOut)]
    [InlineData("image scan failed: context deadline exceeded", ScanReasons.TimedOut)]
    [InlineData("failed to analyze layer: write /tmp/x: no space left on device", ScanReasons.Failed)]
    [InlineData("unable to initialize fs cache: cache may be in use by another process: timeout", ScanReasons.Failed)]
    [InlineData("mkdir /root/.cache: permission denied", ScanReasons.Failed)]
    [InlineData("init error: DB error: --skip-db-update cannot be specified on the first run", ScanReasons.ScannerUnavailable)]
    [InlineData("DB error: the version of DB schema doesn't match. Local DB: 3, Expected: 2", ScanReasons.ScannerUnavailable)]
    [InlineData("scan failed: twirp error unauthenticated: invalid token", ScanReasons.ScannerUnavailable)]
    [InlineData("failed to analyze layer: walk error: error verifying sha256 checksum after reading 9 bytes; got \"sha256:2\", want \"sha256:1\"", ScanReasons.InvalidContent)]
    [InlineData("failed to analyze layer: walk error: gzip: invalid header", ScanReasons.InvalidContent)]
    [InlineData("failed to analyze layer: walk error: failed to extract the archive: archive/tar: invalid tar header", ScanReasons.InvalidContent)]
    [InlineData("unsupported artifact type \"application/vnd.cncf.helm.config.v1+json\"", ScanReasons.NotAnImage)]
    public void Recognise_WordsOfTrivy_AreAReasonAndAnAdvice(string text, string reason)
    {
        var error = TrivyFailure.Recognise(Result(Prefix + text), RegistryCredential.Anonymous).ShouldNotBeNull();

        error.Reason.ShouldBe(reason);
        error.Message.ShouldStartWith("Trivy: ");
        error.Message.ShouldContain(" It says: Fatal error run error: image scan error:");
        error.Message.ShouldNotContain("INFO");
    }

    [Fact]
    public void Recognise_FlagThatTrivyDoesNotKnow_SaysThatItIsTooOld()
    {
        var error = TrivyFailure.Recognise(Result("Error: unknown flag: --cache-dir\nUsage:\n  trivy image [flags]"), RegistryCredential.Anonymous).ShouldNotBeNull();

        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldStartWith("Trivy: this Trivy is too old");
    }

    [Fact]
    public void Recognise_Killed_SpeaksOfMemory() =>
        TrivyFailure.Recognise(Result("", exitCode: 137), RegistryCredential.Anonymous).ShouldNotBeNull().Message.ShouldContain("memory ran out");

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-24T06:36:16Z\tINFO\tscanning an image called unauthorized: denied: timeout")]
    [InlineData("2026-11-24T06:36:16Z\tFATAL\tFatal error\tsomething new")]
    public void Recognise_NothingKnown_IsNull(string text) => TrivyFailure.Recognise(Result(text), RegistryCredential.Anonymous).ShouldBeNull();

    [Fact]
    public void Unknown_Silent_NamesTheExitCode() =>
        TrivyFailure.Unknown(Result(""), RegistryCredential.Anonymous).Message.ShouldBe("Trivy ended with exit code 1 and says nothing about why.");

    [Fact]
    public void Unknown_Words_AreShownWithoutTime() =>
        TrivyFailure.Unknown(Result("2026-11-24T06:36:16Z\tFATAL\tFatal error\tsomething new"), RegistryCredential.Anonymous).Message
            .ShouldBe("Trivy ended with exit code 1: Fatal error something new.");

    [Fact]
    public void Unknown_SecretsInTheWords_AreMasked()
    {
        var text = "2026-11-24T06:36:16Z\tFATAL\tGet \"https://alice:pw@s3.example/layer?X-Amz-Signature=abc&x=y\": bad s3cret answer";

        var message = TrivyFailure.Unknown(Result(text), new RegistryCredential.UsernamePassword("alice", "s3cret")).Message;

        message.ShouldBe("Trivy ended with exit code 1: Get \"https://s3.example/layer?…\": bad *** answer.");
    }

    [Fact]
    public void Unknown_LongWords_KeepTheirEnd()
    {
        var message = TrivyFailure.Unknown(Result("x\tFATAL\t" + new string('a', 5000) + " the cause"), RegistryCredential.Anonymous).Message;

        message.Length.ShouldBeLessThan(600);
        message.ShouldEndWith("the cause.");
    }

    [Theory]
    [InlineData("2026-11-24T06:37:49Z\tERROR\t[javadb] The first run cannot skip downloading Java DB", true)]
    [InlineData("2026-11-24T06:37:49Z\tERROR\t[vulndb] The first run cannot skip downloading DB", false)]
    public void NeedsJavaDatabase_Words_Tell(string text, bool expected) => TrivyFailure.NeedsJavaDatabase(Result(text)).ShouldBe(expected);

    private static ToolResult Result(string error, int exitCode = 1) => new(exitCode, "", error, TimeSpan.Zero, PeakMemory: null);
}
