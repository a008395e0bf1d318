using System.Collections;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Host.Tools;

/// <summary>Builds a tool's environment: of the host's own, which may contain secrets, only what is named here or requested is passed on.</summary>
internal static class ToolEnvironment
{
    /// <summary>The variable for temporary files.</summary>
    public const string TemporaryDirectory = "TMPDIR";

    private const string Locale = "LANG";
    private const string NeutralLocale = "C.UTF-8";

    private static readonly string[] PassedOn =
    [
        "PATH", "HOME", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    ];

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfThisProcess() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    /// <summary>The tool's variables; later rules win: what every tool needs, the host's with the command's prefix, the command's own.</summary>
    public static IReadOnlyDictionary<string, string> Build(ToolCommand command, IReadOnlyDictionary<string, string> host)
    {
        if (command.InheritedPrefix is "")
            throw new ArgumentException("An empty prefix would pass on the host's whole environment: name a prefix, or null.", nameof(command));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Locale] = NeutralLocale,
            [TemporaryDirectory] = Path.TrimEndingDirectorySeparator(Path.GetTempPath()),
        };
        foreach (var name in PassedOn)
        {
            if (host.TryGetValue(name, out var value)) variables[name] = value;
        }

        if (command.InheritedPrefix is { } prefix)
        {
            foreach (var (name, value) in host)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal) && !command.NotInherited.Contains(name, StringComparer.Ordinal)) variables[name] = value;
            }
        }

        foreach (var (name, value) in command.Environment) variables[name] = value;
        return variables;
    }
}
