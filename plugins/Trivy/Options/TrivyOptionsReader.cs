using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Plugins.Trivy.Options;

/// <summary>Reads <see cref="TrivyOptions"/> from the plugin's section and from Trivy's own variables.</summary>
/// <param name="section">The plugin's section.</param>
/// <param name="environment">The value of an environment variable.</param>
internal sealed partial class TrivyOptionsReader(IConfiguration section, Func<string, string?> environment)
{
    private static readonly string[] Known =
    [
        nameof(TrivyOptions.Path), nameof(TrivyOptions.Server), nameof(TrivyOptions.Token), nameof(TrivyOptions.CacheDirectory), nameof(TrivyOptions.CacheBackend),
        nameof(TrivyOptions.SkipDbUpdate), nameof(TrivyOptions.SkipJavaDbUpdate), nameof(TrivyOptions.OfflineScan), nameof(TrivyOptions.DbRepositories),
        nameof(TrivyOptions.JavaDbRepositories), nameof(TrivyOptions.Timeout), nameof(TrivyOptions.MaximumOutputBytes),
    ];

    // Settings that the host may keep in a plugin's section.
    private const string Enabled = nameof(Enabled);

    /// <summary>Reads them all.</summary>
    /// <exception cref="InvalidOperationException">A value can't be used; the message names the setting, the value and what is expected.</exception>
    public TrivyOptions Read()
    {
        foreach (var setting in section.GetChildren())
        {
            if (!Known.Append(Enabled).Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                throw new InvalidOperationException($"{TrivyOptions.Section}:{setting.Key} is not a setting: there are {string.Join(", ", Known)}.");
        }

        var server = ReadServer();
        var token = Text(nameof(TrivyOptions.Token), "TRIVY_TOKEN");
        if (token is not null && server is null)
            throw new InvalidOperationException($"{TrivyOptions.Section}:Token is set without {TrivyOptions.Section}:Server: it is the secret of a Trivy server, name that, too.");
        return new TrivyOptions
        {
            Path = Text(nameof(TrivyOptions.Path)),
            Server = server,
            Token = token,
            CacheDirectory = Path.GetFullPath(Text(nameof(TrivyOptions.CacheDirectory), "TRIVY_CACHE_DIR") ?? DefaultCacheDirectory()),
            CacheBackend = ReadCacheBackend(),
            SkipDbUpdate = Flag(nameof(TrivyOptions.SkipDbUpdate), "TRIVY_SKIP_DB_UPDATE"),
            SkipJavaDbUpdate = Flag(nameof(TrivyOptions.SkipJavaDbUpdate), "TRIVY_SKIP_JAVA_DB_UPDATE"),
            OfflineScan = Flag(nameof(TrivyOptions.OfflineScan), "TRIVY_OFFLINE_SCAN"),
            DbRepositories = List(nameof(TrivyOptions.DbRepositories), "TRIVY_DB_REPOSITORY"),
            JavaDbRepositories = List(nameof(TrivyOptions.JavaDbRepositories), "TRIVY_JAVA_DB_REPOSITORY"),
            Timeout = ReadTimeout(),
            MaximumOutputBytes = ReadMaximum(),
        };
    }

    private Uri? ReadServer()
    {
        if (Text(nameof(TrivyOptions.Server), "TRIVY_SERVER") is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw Unusable(nameof(TrivyOptions.Server), text, "the URL of a Trivy server, e.g. http://trivy:4954");
        if (server.UserInfo != "")
            throw new InvalidOperationException($"{TrivyOptions.Section}:Server holds a user name or password: leave it out, a Trivy server takes {TrivyOptions.Section}:Token.");
        return server;
    }

    private string ReadCacheBackend()
    {
        var text = Text(nameof(TrivyOptions.CacheBackend), "TRIVY_CACHE_BACKEND") ?? TrivyOptions.MemoryCache;
        // The URL may hold a password, so it is not shown.
        return text is TrivyOptions.MemoryCache or TrivyOptions.FileCache || text.StartsWith("redis://", StringComparison.Ordinal)
            ? text
            : throw new InvalidOperationException($"{TrivyOptions.Section}:CacheBackend is none that is known: expected 'memory', 'fs' or a redis:// URL.");
    }

    private TimeSpan? ReadTimeout()
    {
        if (Text(nameof(TrivyOptions.Timeout)) is not { } text) return null;
        var match = DurationPattern().Match(text);
        var timeout = match.Success
            ? new TimeSpan(Part(match, "hours"), Part(match, "minutes"), Part(match, "seconds"))
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && text.Contains(':', StringComparison.Ordinal) ? parsed : TimeSpan.Zero;
        return timeout > TimeSpan.Zero ? timeout : throw Unusable(nameof(TrivyOptions.Timeout), text, "a time above zero, e.g. 10m or 00:10:00");
    }

    private static int Part(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private long ReadMaximum()
    {
        if (Text(nameof(TrivyOptions.MaximumOutputBytes)) is not { } text) return new TrivyOptions { CacheDirectory = "" }.MaximumOutputBytes;
        // A document is one array of bytes.
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 && bytes <= Array.MaxLength
            ? bytes
            : throw Unusable(nameof(TrivyOptions.MaximumOutputBytes), text, $"a number of bytes from 1 to {Array.MaxLength}");
    }

    private string? Text(string name, string? variable = null) =>
        section[name] is { } value && value.Trim() != "" ? value.Trim()
        : variable is not null && environment(variable) is { } inherited && inherited.Trim() != "" ? inherited.Trim()
        : null;

    private bool Flag(string name, string variable) => Text(name, variable) switch
    {
        null => false,
        var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1" => true,
        var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0" => false,
        var text => throw Unusable(name, text, "true or false"),
    };

    private string[] List(string name, string variable)
    {
        var values = section.GetSection(name).GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value != "").ToArray();
        if (values.Length > 0) return values;
        return Text(name, variable)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    // Where Trivy itself would put it (Go's os.UserCacheDir); named always, so that both look into the same folder.
    private string DefaultCacheDirectory()
    {
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } cache) return Path.Combine(cache, "trivy");
        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache", "trivy") : Path.Combine(Path.GetTempPath(), "trivy");
    }

    private static InvalidOperationException Unusable(string name, string value, string expected) =>
        new($"{TrivyOptions.Section}:{name} is '{value}': expected {expected}.");

    [GeneratedRegex("^((?<hours>[0-9]{1,4})h)?((?<minutes>[0-9]{1,6})m)?((?<seconds>[0-9]{1,8})s)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationPattern();
}
