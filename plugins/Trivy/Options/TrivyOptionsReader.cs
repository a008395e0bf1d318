using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace RegistryOperator.Plugins.Trivy.Options;

/// <summary>Reads <see cref="TrivyOptions"/> from the plugin's section and from Trivy's own variables.</summary>
/// <param name="section">The plugin's section.</param>
/// <param name="environment">The value of an environment variable.</param>
internal sealed partial class TrivyOptionsReader(IConfiguration section, Func<string, string?> environment)
{
    // Settings that the host may keep in a plugin's section.
    private const string Enabled = nameof(Enabled);

    /// <summary>Reads them all.</summary>
    /// <exception cref="TrivyOptionsException">A setting is not known or its value not allowed.</exception>
    public TrivyOptions Read()
    {
        foreach (var setting in section.GetChildren())
        {
            var names = TrivySettings.All.Select(known => known.Name);
            if (!names.Append(Enabled).Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                throw new TrivyOptionsException($"{TrivyOptions.Section}:{setting.Key} is not a setting: there are {string.Join(", ", names)}.");
        }

        var server = ReadServer();
        var token = Text(TrivySettings.Token);
        if (token is not null && server is null)
        {
            throw new TrivyOptionsException(
                $"{TrivyOptions.Section}:Token is set without {TrivyOptions.Section}:Server: it is the secret of a Trivy server, name that, too.");
        }

        return new TrivyOptions
        {
            Path = Text(TrivySettings.Path),
            Server = server,
            Token = token,
            CacheDirectory = Path.GetFullPath(Text(TrivySettings.CacheDirectory) ?? DefaultCacheDirectory()),
            CacheBackend = ReadCacheBackend(),
            SkipDbUpdate = Flag(TrivySettings.SkipDbUpdate),
            SkipJavaDbUpdate = Flag(TrivySettings.SkipJavaDbUpdate),
            OfflineScan = Flag(TrivySettings.OfflineScan),
            DbRepositories = List(TrivySettings.DbRepositories),
            JavaDbRepositories = List(TrivySettings.JavaDbRepositories),
            Timeout = ReadTimeout(),
            MaximumOutputBytes = ReadMaximum(),
        };
    }

    private Uri? ReadServer()
    {
        if (Text(TrivySettings.Server) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw Unusable(TrivySettings.Server, text, "the URL of a Trivy server, e.g. http://trivy:4954");
        if (server.UserInfo != "")
        {
            throw new TrivyOptionsException(
                $"{TrivyOptions.Section}:Server holds a user name or password: leave it out, a Trivy server takes {TrivyOptions.Section}:Token.");
        }

        return server;
    }

    private string ReadCacheBackend()
    {
        var text = Text(TrivySettings.CacheBackend) ?? TrivyOptions.MemoryCache;
        // The URL may hold a password, so it is not shown.
        return text is TrivyOptions.MemoryCache or TrivyOptions.FileCache || text.StartsWith("redis://", StringComparison.Ordinal)
            ? text
            : throw new TrivyOptionsException($"{TrivyOptions.Section}:CacheBackend is none that is known: expected 'memory', 'fs' or a redis:// URL.");
    }

    private TimeSpan? ReadTimeout()
    {
        if (Text(TrivySettings.Timeout) is not { } text) return null;
        var match = DurationPattern().Match(text);
        var timeout = match.Success
            ? new TimeSpan(Part(match, "hours"), Part(match, "minutes"), Part(match, "seconds"))
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && text.Contains(':', StringComparison.Ordinal) ? parsed : TimeSpan.Zero;
        return timeout > TimeSpan.Zero ? timeout : throw Unusable(TrivySettings.Timeout, text, "a time above zero, e.g. 10m or 00:10:00");
    }

    private static int Part(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private long ReadMaximum()
    {
        if (Text(TrivySettings.MaximumOutputBytes) is not { } text) return new TrivyOptions { CacheDirectory = "" }.MaximumOutputBytes;
        // A document is one array of bytes.
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 && bytes <= Array.MaxLength
            ? bytes
            : throw Unusable(TrivySettings.MaximumOutputBytes, text, $"a number of bytes from 1 to {Array.MaxLength}");
    }

    private string? Text(TrivySetting setting) =>
        section[setting.Name] is { } value && value.Trim() != "" ? value.Trim()
        : setting.Variable is { } variable && environment(variable) is { } inherited && inherited.Trim() != "" ? inherited.Trim()
        : null;

    private bool Flag(TrivySetting setting) => Text(setting) switch
    {
        null => false,
        var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1" => true,
        var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0" => false,
        var text => throw Unusable(setting, text, "true or false"),
    };

    private string[] List(TrivySetting setting)
    {
        var values = section.GetSection(setting.Name).GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value != "").ToArray();
        if (values.Length > 0) return values;
        return Text(setting)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    // Where Trivy itself would put it (Go's os.UserCacheDir); named always, so that both look into the same folder.
    private string DefaultCacheDirectory()
    {
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } cache) return Path.Combine(cache, "trivy");
        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache", "trivy") : Path.Combine(Path.GetTempPath(), "trivy");
    }

    private static TrivyOptionsException Unusable(TrivySetting setting, string value, string expected) =>
        new($"{TrivyOptions.Section}:{setting.Name} is '{value}': expected {expected}.");

    [GeneratedRegex("^((?<hours>[0-9]{1,4})h)?((?<minutes>[0-9]{1,6})m)?((?<seconds>[0-9]{1,8})s)?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationPattern();
}

/// <summary>A setting is wrong; the message names it, its value and what is expected.</summary>
internal sealed class TrivyOptionsException(string message) : Exception(message);
