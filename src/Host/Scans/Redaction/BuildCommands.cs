using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Scans.Redaction;

/// <summary>
/// Takes the values of variables out of a command of an image's history, as builders write it there: <c>ENV A=…</c>, <c>ARG A=…</c>, and the build
/// arguments before a command, <c>RUN |2 A=… B=… /bin/sh -c make</c>, also after the classic builder's <c>/bin/sh -c #(nop)</c>.
/// </summary>
internal static partial class BuildCommands
{
    public const string Hidden = "***";

    /// <summary>The command without values.</summary>
    /// <param name="command">The command.</param>
    /// <param name="values">Values of the image's variables, which builders write into other commands in place of their names; null for none.</param>
    public static string Redact(string command, VariableValues? values)
    {
        var redacted = values is null ? command : values.Hide(command);
        if (Declaration().Match(redacted) is { Success: true } declaration)
            return redacted[..declaration.Length] + RedactPairs(redacted[declaration.Length..], declaration.Groups["kind"].Value);
        if (Arguments().Match(redacted) is not { Success: true } arguments) return redacted;
        // A value may have spaces: all up to the shell belongs to the arguments, and where no shell is found, all.
        var rest = redacted[arguments.Length..];
        var shell = Shell().Match(rest);
        var end = shell.Success ? shell.Index : rest.Length;
        return redacted[..arguments.Length] + RedactPairs(rest[..end], kind: "ARG") + rest[end..];
    }

    /// <summary>The value of <c>NAME=VALUE</c>; null where there is none.</summary>
    public static string? ValueOf(string variable) =>
        variable.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? variable[(equals + 1)..] : null;

    /// <summary><c>NAME=***</c> for a variable that has a value.</summary>
    public static string WithoutValue(string variable) =>
        variable.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? variable[..(equals + 1)] + Hidden : variable;

    private static string RedactPairs(string text, string kind)
    {
        var names = Name().Matches(text);
        // ENV A value, the old form.
        if (names.Count == 0) return text.Trim().IndexOf(' ') is var space and > 0 && kind == "ENV" ? $"{text.Trim()[..space]} {Hidden}" : text;
        return string.Join(' ', names.Select(name => name.Value.Trim() + Hidden));
    }

    [GeneratedRegex(@"\A(/bin/sh -c #\(nop\)\s+)?(?<kind>ENV|ARG)\s+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\A(RUN\s+)?\|[0-9]+\s+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Arguments();

    [GeneratedRegex(@"\s/(bin|usr/bin|usr/local/bin|busybox)/[a-z]*sh\s|\s(cmd|powershell|pwsh)(\.exe)?\s",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Shell();

    [GeneratedRegex(@"(\A|\s)[A-Za-z_][A-Za-z0-9_.\-]*=", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
