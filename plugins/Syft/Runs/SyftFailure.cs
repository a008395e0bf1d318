using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Shared;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Says what it means when Syft fails. Its exit code is 1 for everything; the reason stands in the last line that it marks as an error.</summary>
internal static partial class SyftFailure
{
    private const string Mark = "ERROR ";

    // In order: the first that fits tells. Codes are the specification's
    // (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes), the rest messages of Go and Syft.
    private static readonly Rule[] Rules =
    [
        new(ScanReasons.Unauthorized, ["UNAUTHORIZED:", "DENIED:", "401 Unauthorized", "403 Forbidden"]),
        new(ScanReasons.RateLimited, ["TOOMANYREQUESTS:", "429 Too Many Requests"]),
        new(ScanReasons.NotFound, ["MANIFEST_UNKNOWN:", "NAME_UNKNOWN:", "BLOB_UNKNOWN:", "404 Not Found"]),
        new(ScanReasons.Failed, ["no space left on device"], "Free or enlarge the temporary directory: images are unpacked there."),
        new(ScanReasons.TooLarge, ["max layer size", "maximum layer size", "layer is too large"]),
        new(ScanReasons.UnsupportedManifest, ["unsupported MediaType", "schema1"]),
        new(ScanReasons.InvalidContent, ["error verifying ", "gzip: invalid", "unexpected EOF", "invalid tar header", "invalid character"]),
        new(ScanReasons.RegistryUnavailable, ["x509:", "tls: "], "Add the registry's certificate authority to the resource."),
        new(ScanReasons.TimedOut, ["i/o timeout", "TLS handshake timeout", "context deadline exceeded", "Client.Timeout exceeded", "504 Gateway"]),
        new(ScanReasons.RegistryUnavailable,
            ["connection refused", "connection reset", "no such host", "no route to host", "network is unreachable", "server misbehaving",
             "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "UNAVAILABLE:"]),
    ];

    /// <summary>The error for the user.</summary>
    /// <param name="result">How Syft ended.</param>
    /// <param name="credential">What must not be shown.</param>
    public static ScanException Explain(ToolResult result, RegistryCredential credential)
    {
        if (result.ExitCode == ExitCodes.Killed)
        {
            return new ScanException(
                ScanReasons.Failed,
                "Syft was killed (SIGKILL), most often for want of memory: raise the memory limit, or lower the number of concurrent scans.");
        }

        var error = LastError(result);
        var rule = Array.Find(Rules, rule => rule.Fits(error));
        var message = OutsideText.Of($"Syft: {WithoutPreamble(error)}", conceal: whole => Redaction.Redact(whole, credential)).ToString();
        return new ScanException(rule?.Reason ?? ScanReasons.Failed, rule?.Advice is { } advice ? $"{message}. {advice}" : message);
    }

    /// <summary>The cause of a crash, else the last line marked as an error, else the last line, of what Syft wrote to standard error; without control
    /// characters and cut, for a message.</summary>
    public static string Describe(ToolResult result) => OutsideText.Of(LastError(result));

    private static string LastError(ToolResult result)
    {
        if (GoCrash.CauseIn(result.ErrorTail) is { } cause) return cause;
        var lines = result.ErrorTail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var marked = Array.FindLast(lines, line => line.Contains(Mark, StringComparison.Ordinal));
        if (marked is not null) return marked[(marked.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Trim();
        return lines.Length > 0 ? lines[^1] : $"it ended with exit code {result.ExitCode} and said nothing";
    }

    // "could not determine source: an error occurred attempting to resolve '…': oci-registry: ": the status says already which image it is.
    private static string WithoutPreamble(string error) => PreamblePattern().Replace(error, "");

    [GeneratedRegex("^could not determine source: (an )?errors? occurred attempting to resolve '[^']*': ?(oci-registry: )?",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PreamblePattern();

    private sealed record Rule(string Reason, string[] Words, string? Advice = null)
    {
        public bool Fits(string error) => Array.Exists(Words, word => error.Contains(word, StringComparison.Ordinal));
    }
}
