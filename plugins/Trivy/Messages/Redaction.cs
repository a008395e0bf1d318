using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.Trivy.Messages;

/// <summary>Masks what Trivy's error messages may repeat of a credential and of signed URLs.</summary>
internal static partial class Redaction
{
    /// <summary>The text without the credential's secret, user information in URLs and their queries, which carry signatures.</summary>
    public static string Redact(string text, RegistryCredential credential) =>
        QueryPattern().Replace(UserPattern().Replace(credential.Conceal(text), "://"), "?…");

    [GeneratedRegex("\\?[^\\s\"']*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex QueryPattern();

    [GeneratedRegex("://[^/\\s\"'@]*@", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UserPattern();
}
