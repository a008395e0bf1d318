using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Shared;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>What an exit code other than 0 means, as far as Trivy's error messages tell.</summary>
internal static partial class TrivyFailure
{
    // In this order: the first that fits is taken, so that a particular text stands before a general one.
    private static readonly (string[] Texts, string Reason, string Advice)[] Known =
    [
        (["unknown flag", "unknown command"], ScanReasons.ScannerUnavailable, "this Trivy is too old: install 0.50 or newer"),
        (["invalid token", "unauthenticated"],
            ScanReasons.ScannerUnavailable, $"the Trivy server refuses the client: correct {TrivyOptions.Section}:Token"),
        (["DB schema doesn't match", "the old DB schema", "Trivy version is old"],
            ScanReasons.ScannerUnavailable, "Trivy and its database are of different versions: update both"),
        ([
            "--skip-db-update cannot be specified on the first run", "--skip-update cannot be specified on the first run",
            "first run cannot skip downloading DB",
        ],
            ScanReasons.ScannerUnavailable, "there is no vulnerability database: run `trivy image --download-db-only`"),
        (["no space left on device", "disk quota exceeded"],
            ScanReasons.Failed, "free or enlarge the temporary directory (TMPDIR) and the cache directory"),
        (["permission denied", "read-only file system"],
            ScanReasons.Failed, $"make the temporary directory (TMPDIR) and {TrivyOptions.Section}:CacheDirectory writable for the operator"),
        (["cache may be in use by another process"],
            ScanReasons.Failed,
            $"another Trivy has the cache open: set {TrivyOptions.Section}:CacheBackend to 'memory', or give this one a CacheDirectory of its own"),
        (["TOOMANYREQUESTS", "429 Too Many Requests", "status code 429", "rate limit"],
            ScanReasons.RateLimited, "the registry throttles: scan less often, or log in"),
        (["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "BLOB_UNKNOWN", "status code 404", "404 Not Found"],
            ScanReasons.NotFound, "the registry does not have the image, or a part of it, any more"),
        (["UNAUTHORIZED:", "DENIED:", "authentication required", "status code 401", "status code 403", "401 Unauthorized", "403 Forbidden"],
            ScanReasons.Unauthorized, "the registry wants other credentials: correct the Secret that the resource names"),
        (["x509:", "tls: ", "server gave HTTP response to HTTPS client"],
            ScanReasons.RegistryUnavailable, "the registry's certificate is not trusted: give its authority to the resource"),
        (["unsupported artifact", "unsupported MediaType", "unsupported media type", "mediatype mismatch"],
            ScanReasons.NotAnImage, "this is no container image that Trivy can read"),
        (["error verifying ", "gzip: invalid", "zlib: invalid", "flate: corrupt input", "invalid tar header"],
            ScanReasons.InvalidContent, "the image's content is damaged: build and push it again"),
        (["context deadline exceeded", "i/o timeout", "Client.Timeout", "TLS handshake timeout"],
            ScanReasons.TimedOut, $"raise the scan's timeout, or {TrivyOptions.Section}:Timeout where it is set"),
        (["connection refused", "no such host", "connection reset", "network is unreachable", "no route to host", "unexpected EOF", "server misbehaving"],
            ScanReasons.RegistryUnavailable, "the registry cannot be reached from here"),
    ];

    private static readonly string[] JavaDatabaseTexts =
        ["--skip-java-db-update' cannot be specified on the first run", "first run cannot skip downloading Java DB"];

    /// <summary>True where the image has Java archives and the index that names them is not there.</summary>
    public static bool NeedsJavaDatabase(ToolResult result) => result.ExitCode != 0 && Contains(result.ErrorTail, JavaDatabaseTexts);

    /// <summary>The error, where Trivy's messages have a known cause; null otherwise.</summary>
    public static ScanException? Recognise(ToolResult result, RegistryCredential credential)
    {
        var text = Essence(result.ErrorTail);
        foreach (var (texts, reason, advice) in Known)
        {
            if (Contains(text, texts)) return new ScanException(reason, $"Trivy: {advice}. It says: {Clean(text, credential)}");
        }

        return result.ExitCode == ExitCodes.Killed
            ? new ScanException(
                ScanReasons.Failed,
                "Trivy was killed, most likely because memory ran out: raise the container's memory limit, or lower the number of concurrent scans.")
            : null;
    }

    /// <summary>The error for an unknown cause.</summary>
    /// <param name="result">How Trivy ended.</param>
    /// <param name="credential">What must not be shown.</param>
    /// <param name="server">The Trivy server that took part; null for none.</param>
    public static ScanException Unknown(ToolResult result, RegistryCredential credential, Uri? server = null)
    {
        var text = Clean(Essence(result.ErrorTail), credential);
        var advice = server is null ? "" : $" The Trivy server may have refused the client: check {TrivyOptions.Section}:Token, and the server's log.";
        var words = text == "" ? " and says nothing about why" : $": {text}";
        return new ScanException(ScanReasons.Failed, $"Trivy ended with exit code {result.ExitCode}{words}.{advice}");
    }

    /// <summary>Trivy's error message: the cause of a crash; from its FATAL line on, else its last ERROR line, else all output without INFO lines.</summary>
    private static string Essence(string tail)
    {
        if (GoCrash.CauseIn(tail) is { } cause) return cause;
        var lines = tail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !NoisePattern().IsMatch(line))
            .ToArray();
        var start = Array.FindLastIndex(lines, line => line.Contains("\tFATAL\t", StringComparison.Ordinal));
        if (start < 0)
        {
            start = Array.FindLastIndex(
                lines, line => line.Contains("\tERROR\t", StringComparison.Ordinal) || line.StartsWith("Error:", StringComparison.Ordinal));
        }

        return string.Join(' ', lines.Skip(Math.Max(0, start)).Select(line => StampPattern().Replace(line, "")));
    }

    // The end has the cause: Trivy wraps errors from the outside in.
    private static string Clean(string text, RegistryCredential credential) =>
        OutsideText.EndOf(text, conceal: whole => Redaction.Redact(whole, credential)).ToString().TrimEnd('.', ' ');

    private static bool Contains(string text, string[] parts) => Array.Exists(parts, part => text.Contains(part, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("\t(INFO|DEBUG|WARN)\t", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NoisePattern();

    [GeneratedRegex("^[0-9T:.Z+-]+\t(FATAL|ERROR)\t", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex StampPattern();
}
