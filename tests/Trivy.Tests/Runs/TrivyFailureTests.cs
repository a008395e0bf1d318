using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Trivy.Tests.Runs;

public sealed class TrivyFailureTests
{
    private const string Prefix =
        "2026-11-24T06:36:16Z\tINFO\t[vuln] Vulnerability scanning is enabled\n" +
        "2026-11-24T06:36:16Z\tFATAL\tFatal error\trun error: image scan error: scan error: unable to initialize a scan service: " +
        "unable to find the specified image \"r/a@sha256:1\" in [\"remote\"]: 1 error occurred:\n\t* remote error: ";

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
    [InlineData(
        "failed to analyze layer: walk error: error verifying sha256 checksum after reading 9 bytes; got \"sha256:2\", want \"sha256:1\"",
        ScanReasons.InvalidContent)]
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
    public void Unknown_Crash_SaysItsCauseAndNotTheStack()
    {
        const string Stack = "github.com/x/y.(*Command).Execute(0xc0007a9208)\n\t/home/runner/go/pkg/mod/x/command.go:1 +0xb02\n";
        var error = TrivyFailure.Unknown(
            Result($"panic: nil pointer dereference [recovered]\n\tpanic: in an analyzer\n\ngoroutine 1 [running]:\n{Stack}{Stack}"),
            RegistryCredential.Anonymous);

        error.Message.ShouldContain(": panic: nil pointer dereference [recovered] panic: in an analyzer");
        error.Message.ShouldNotContain("goroutine");
    }

    [Fact]
    public void Recognise_FlagThatTrivyDoesNotKnow_SaysThatItIsTooOld()
    {
        var error = TrivyFailure.Recognise(Result("Error: unknown flag: --cache-dir\nUsage:\n  trivy image [flags]"), RegistryCredential.Anonymous)
            .ShouldNotBeNull();

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

        message.ShouldBe("Trivy ended with exit code 1: Get \"https://s3.example/layer?***\": bad *** answer.");
    }

    [Fact]
    public void Unknown_LongWords_KeepTheirEnd()
    {
        var message = TrivyFailure.Unknown(Result("x\tFATAL\t" + new string('a', 5000) + " the cause"), RegistryCredential.Anonymous).Message;

        message.Length.ShouldBeLessThan(600);
        message.ShouldEndWith("the cause.");
    }

    // Each text by itself, in other capitals than Trivy's as well.
    [Theory]
    [InlineData("unknown flag", ScanReasons.ScannerUnavailable, "this Trivy is too old: install 0.50 or newer")]
    [InlineData("unknown command", ScanReasons.ScannerUnavailable, "this Trivy is too old: install 0.50 or newer")]
    [InlineData("invalid token", ScanReasons.ScannerUnavailable, "the Trivy server refuses the client: correct Plugins:Trivy:Token")]
    [InlineData("unauthenticated", ScanReasons.ScannerUnavailable, "the Trivy server refuses the client: correct Plugins:Trivy:Token")]
    [InlineData("DB schema doesn't match", ScanReasons.ScannerUnavailable, "of different versions: update both")]
    [InlineData("the old DB schema", ScanReasons.ScannerUnavailable, "of different versions: update both")]
    [InlineData("Trivy version is old", ScanReasons.ScannerUnavailable, "of different versions: update both")]
    [InlineData("--skip-db-update cannot be specified on the first run", ScanReasons.ScannerUnavailable, "there is no vulnerability database")]
    [InlineData("--skip-update cannot be specified on the first run", ScanReasons.ScannerUnavailable, "there is no vulnerability database")]
    [InlineData("first run cannot skip downloading DB", ScanReasons.ScannerUnavailable, "there is no vulnerability database")]
    [InlineData("no space left on device", ScanReasons.Failed, "free or enlarge the temporary directory (TMPDIR)")]
    [InlineData("disk quota exceeded", ScanReasons.Failed, "free or enlarge the temporary directory (TMPDIR)")]
    [InlineData("permission denied", ScanReasons.Failed, "Plugins:Trivy:CacheDirectory writable for the operator")]
    [InlineData("read-only file system", ScanReasons.Failed, "Plugins:Trivy:CacheDirectory writable for the operator")]
    [InlineData("cache may be in use by another process", ScanReasons.Failed, "set Plugins:Trivy:CacheBackend to 'memory'")]
    [InlineData("TOOMANYREQUESTS", ScanReasons.RateLimited, "the registry throttles")]
    [InlineData("429 Too Many Requests", ScanReasons.RateLimited, "the registry throttles")]
    [InlineData("status code 429", ScanReasons.RateLimited, "the registry throttles")]
    [InlineData("rate limit", ScanReasons.RateLimited, "the registry throttles")]
    [InlineData("MANIFEST_UNKNOWN", ScanReasons.NotFound, "the registry does not have the image")]
    [InlineData("NAME_UNKNOWN", ScanReasons.NotFound, "the registry does not have the image")]
    [InlineData("BLOB_UNKNOWN", ScanReasons.NotFound, "the registry does not have the image")]
    [InlineData("status code 404", ScanReasons.NotFound, "the registry does not have the image")]
    [InlineData("404 Not Found", ScanReasons.NotFound, "the registry does not have the image")]
    [InlineData("UNAUTHORIZED: x", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("DENIED: x", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("authentication required", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("status code 401", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("status code 403", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("401 Unauthorized", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("403 Forbidden", ScanReasons.Unauthorized, "correct the Secret that the resource names")]
    [InlineData("x509: unknown authority", ScanReasons.RegistryUnavailable, "give its authority to the resource")]
    [InlineData("tls: bad record", ScanReasons.RegistryUnavailable, "give its authority to the resource")]
    [InlineData("server gave HTTP response to HTTPS client", ScanReasons.RegistryUnavailable, "give its authority to the resource")]
    [InlineData("unsupported artifact", ScanReasons.NotAnImage, "this is no container image that Trivy can read")]
    [InlineData("unsupported MediaType", ScanReasons.NotAnImage, "this is no container image that Trivy can read")]
    [InlineData("unsupported media type", ScanReasons.NotAnImage, "this is no container image that Trivy can read")]
    [InlineData("mediatype mismatch", ScanReasons.NotAnImage, "this is no container image that Trivy can read")]
    [InlineData("error verifying sha256", ScanReasons.InvalidContent, "build and push it again")]
    [InlineData("gzip: invalid header", ScanReasons.InvalidContent, "build and push it again")]
    [InlineData("zlib: invalid header", ScanReasons.InvalidContent, "build and push it again")]
    [InlineData("flate: corrupt input", ScanReasons.InvalidContent, "build and push it again")]
    [InlineData("invalid tar header", ScanReasons.InvalidContent, "build and push it again")]
    [InlineData("context deadline exceeded", ScanReasons.TimedOut, "raise the scan's timeout, or Plugins:Trivy:Timeout")]
    [InlineData("i/o timeout", ScanReasons.TimedOut, "raise the scan's timeout, or Plugins:Trivy:Timeout")]
    [InlineData("Client.Timeout", ScanReasons.TimedOut, "raise the scan's timeout, or Plugins:Trivy:Timeout")]
    [InlineData("TLS handshake timeout", ScanReasons.TimedOut, "raise the scan's timeout, or Plugins:Trivy:Timeout")]
    [InlineData("connection refused", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("no such host", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("connection reset", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("network is unreachable", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("no route to host", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("unexpected EOF", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    [InlineData("server misbehaving", ScanReasons.RegistryUnavailable, "the registry cannot be reached from here")]
    public void Recognise_EachText_HasItsReasonAndAdvice(string text, string reason, string advice)
    {
        foreach (var words in new[] { text, text.ToUpperInvariant() })
        {
            var error = TrivyFailure.Recognise(Result($"2026-11-24T06:36:16Z\tFATAL\tsome {words} here"), RegistryCredential.Anonymous).ShouldNotBeNull();

            error.Reason.ShouldBe(reason);
            error.Message.ShouldContain(advice);
            error.Message.ShouldEndWith($" It says: some {words} here");
        }
    }

    // What stands in front is the particular, what stands behind only comes along with it.
    [Theory]
    [InlineData("unauthenticated", "401 Unauthorized", ScanReasons.ScannerUnavailable)]
    [InlineData("no space left on device", "context deadline exceeded", ScanReasons.Failed)]
    [InlineData("TOOMANYREQUESTS", "403 Forbidden", ScanReasons.RateLimited)]
    [InlineData("MANIFEST_UNKNOWN", "authentication required", ScanReasons.NotFound)]
    [InlineData("x509: bad", "TLS handshake timeout", ScanReasons.RegistryUnavailable)]
    [InlineData("i/o timeout", "connection refused", ScanReasons.TimedOut)]
    [InlineData("gzip: invalid header", "unexpected EOF", ScanReasons.InvalidContent)]
    public void Recognise_SeveralTexts_TakesTheParticularBeforeTheGeneral(string particular, string general, string reason)
    {
        TrivyFailure.Recognise(Result($"x\tFATAL\t{general} {particular}"), RegistryCredential.Anonymous).ShouldNotBeNull().Reason.ShouldBe(reason);
        TrivyFailure.Recognise(Result($"x\tFATAL\t{particular} {general}"), RegistryCredential.Anonymous).ShouldNotBeNull().Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("2026-11-24T06:36:16Z\tERROR\tearly\n2026-11-24T06:36:17Z\tERROR\tlate\nmore", "late more")]
    [InlineData("2026-11-24T06:36:16Z\tFATAL\tfatal\n2026-11-24T06:36:17Z\tERROR\tlate", "fatal late")]
    [InlineData("2026-11-24T06:36:16Z\tFATAL\tone\n2026-11-24T06:36:17Z\tFATAL\ttwo", "two")]
    [InlineData("2026-11-24T06:36:16Z\tERROR\tearly\nError: late", "Error: late")]
    [InlineData("2026-11-24T06:36:16Z\tWARN\tno matter\n2026-11-24T06:36:16Z\tDEBUG\tno matter\n\n  panic: no \n", "panic: no")]
    public void Unknown_SeveralLines_ShowsFromTheLastFatalElseTheLastErrorElseAll(string tail, string words) =>
        TrivyFailure.Unknown(Result(tail), RegistryCredential.Anonymous).Message.ShouldBe($"Trivy ended with exit code 1: {words}.");

    [Fact]
    public void Unknown_Server_IsPerhapsWhatRefused()
    {
        TrivyFailure.Unknown(Result(""), RegistryCredential.Anonymous, new Uri("http://trivy")).Message
            .ShouldBe("Trivy ended with exit code 1 and says nothing about why. " +
                "The Trivy server may have refused the client: check Plugins:Trivy:Token, and the server's log.");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(501)]
    public void Unknown_WordsOfAnyLength_AreAtMostFiveHundredCharacters(int length)
    {
        var words = string.Concat(Enumerable.Range(0, length).Select(place => (char)('a' + (place % 26))));

        TrivyFailure.Unknown(Result("2026-11-24T06:36:16Z\tFATAL\t" + words), RegistryCredential.Anonymous).Message
            .ShouldBe($"Trivy ended with exit code 1: {(length > 500 ? "…" + words[^499..] : words)}.");
    }

    [Fact]
    public void Unknown_ControlCharacters_DoNotReachTheMessage()
    {
        var message = TrivyFailure.Unknown(
            Result("2026-11-24T06:36:16Z\tFATAL\tbad\u001b[31mred\u0007\u009b2J\u0000\tend"), RegistryCredential.Anonymous).Message;

        message.ShouldAllBe(character => !char.IsControl(character));
        message.ShouldContain("red");
    }

    public static TheoryData<RegistryCredential> Secrets =>
    [
        new RegistryCredential.UsernamePassword("alice", "pa$$w(rd"), new RegistryCredential.IdentityToken("pa$$w(rd"),
        new RegistryCredential.RegistryToken("pa$$w(rd"),
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Messages_CredentialOfEachKind_IsMasked(RegistryCredential credential)
    {
        TrivyFailure.Unknown(Result("it was pa$$w(rd or Pa$$w(rd"), credential).Message.ShouldBe("Trivy ended with exit code 1: it was *** or Pa$$w(rd.");
        TrivyFailure.Recognise(Result("UNAUTHORIZED: pa$$w(rd"), credential).ShouldNotBeNull().Message.ShouldEndWith("It says: UNAUTHORIZED: ***");
    }

    [Fact]
    public void Messages_EmptyPassword_MasksNothing() =>
        TrivyFailure.Unknown(Result("plain words"), new RegistryCredential.UsernamePassword("alice", "")).Message
            .ShouldBe("Trivy ended with exit code 1: plain words.");

    [Theory]
    [InlineData(0, "--skip-java-db-update' cannot be specified on the first run", false)]
    [InlineData(1, "--skip-java-db-update' cannot be specified on the first run", true)]
    [InlineData(1, "x\tINFO\tnothing", false)]
    public void NeedsJavaDatabase_ExitCodeAndWords_Tell(int exitCode, string text, bool expected) =>
        TrivyFailure.NeedsJavaDatabase(Result(text, exitCode)).ShouldBe(expected);

    [Theory]
    [InlineData(136)]
    [InlineData(138)]
    [InlineData(1)]
    public void Recognise_OtherExitCodeWithoutWords_IsNotKnown(int exitCode) =>
        TrivyFailure.Recognise(Result("", exitCode), RegistryCredential.Anonymous).ShouldBeNull();

    [Theory]
    [InlineData("2026-11-24T06:37:49Z\tERROR\t[javadb] The first run cannot skip downloading Java DB", true)]
    [InlineData("2026-11-24T06:37:49Z\tERROR\t[vulndb] The first run cannot skip downloading DB", false)]
    public void NeedsJavaDatabase_Words_Tell(string text, bool expected) => TrivyFailure.NeedsJavaDatabase(Result(text)).ShouldBe(expected);

    private static ToolResult Result(string error, int exitCode = 1) => new(exitCode, "", error, TimeSpan.Zero, PeakMemory: null);
}
