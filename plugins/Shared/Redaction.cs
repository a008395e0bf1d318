using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.Shared;

/// <summary>Masks what a tool's error messages may repeat of a credential and of signed URLs.</summary>
internal static partial class Redaction
{
    private const string Hidden = "***";

    /// <summary>The text without user information in URLs, their queries, which carry signatures, and the credential's secret.</summary>
    public static string Redact(string text, RegistryCredential credential) =>
        credential.Conceal(QueryPattern().Replace(UserPattern().Replace(text, "://"), $"?{Hidden}"));

    [GeneratedRegex("\\?[^\\s\"']+=[^\\s\"']*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex QueryPattern();

    [GeneratedRegex("://[^/\\s\"'@]*@", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UserPattern();
}
