using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Files;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>
/// Which plugin scans what, in a file of the data directory: what is in there when the next process starts was under way when this one died. A plugin in
/// whose scan of the same thing the process has died twice is set aside, so that one bad image does not keep everybody from being scanned. An orderly
/// stop leaves nothing, also where the process is killed because it took too long.
/// </summary>
internal sealed partial class ScanJournal : IDisposable
{
    /// <summary>In the data directory.</summary>
    public const string FileName = "plugin-scans.json";

    /// <summary>So many deaths set a plugin aside.</summary>
    public const int Limit = 2;

    /// <summary>Deaths that are further apart have hardly the same cause.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private const int LongestFile = 1 << 20;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<Guid, ScanEntry> _running = [];
    private readonly List<ScanDeath> _deaths;

    /// <summary>Scans in which the process has died run one at a time, so that the next death tells whose it is.</summary>
    private readonly SemaphoreSlim _suspect = new(1);

    /// <summary>Open as long as the process lives, with a lock: another process is not to take what runs for what has died.</summary>
    private FileStream? _file;

    private ScanJournal(FileStream? file, IEnumerable<ScanDeath> deaths, TimeProvider time, ILogger logger)
    {
        _file = file;
        _time = time;
        _logger = logger;
        _deaths = [.. deaths];
        Save();
    }

    /// <summary>Opens the journal, and counts what it has from a process that died.</summary>
    /// <param name="dataDirectory">The data directory; null for a journal that keeps nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told where there can be no journal.</param>
    public static ScanJournal Open(string? dataDirectory, TimeProvider time, ILogger<ScanJournal> logger)
    {
        if (dataDirectory is null) return new ScanJournal(file: null, [], time, logger);
        var path = Path.Combine(dataDirectory, FileName);
        try
        {
            var file = PrivateFile.OpenAlone(path);
            var before = Read(file);
            var died = before.Running.Select(entry => new ScanDeath(entry.Plugin, entry.Subject, entry.Begun));
            return new ScanJournal(file, Recent(before.Deaths.Concat(died), time), time, logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnusable(logger, path, failure.Message);
            return new ScanJournal(file: null, [], time, logger);
        }
    }

    /// <summary>A journal that knows what another process has counted, and writes nothing: what runs there has not died.</summary>
    /// <inheritdoc cref="Open"/>
    public static ScanJournal OpenReadOnly(string? dataDirectory, TimeProvider time, ILogger<ScanJournal> logger)
    {
        var path = Path.Combine(dataDirectory ?? "", FileName);
        try
        {
            if (dataDirectory is null || UnixFiles.OpenToRead(path) is not { } file) return new ScanJournal(file: null, [], time, logger);
            using (file) return new ScanJournal(file: null, Recent(Read(file).Deaths, time), time, logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new ScanJournal(file: null, [], time, logger);
        }
    }

    /// <summary>Why a plugin is set aside; null where it is not.</summary>
    public string? ProblemOf(string plugin)
    {
        lock (_lock)
        {
            var twice = _deaths.Where(death => death.Plugin == plugin).GroupBy(death => death.Subject).FirstOrDefault(deaths => deaths.Count() >= Limit);
            return twice is null
                ? null
                : $"The process died {twice.Count()} times while this plugin scanned {twice.Key}, so it is set aside. " +
                    $"To bring it back, put a corrected version in its place, stop the operator and remove {_file?.Name ?? FileName}.";
        }
    }

    /// <summary>Enters a scan, until what is returned is disposed.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="subject">What it scans.</param>
    /// <param name="cancellationToken">Ends the wait for the turn of a scan in which the process has died before.</param>
    public async ValueTask<IDisposable> EnterAsync(string plugin, string subject, CancellationToken cancellationToken)
    {
        var entry = new ScanEntry(plugin, subject, _time.GetUtcNow());
        bool isSuspect;
        lock (_lock) isSuspect = _deaths.Exists(entry.IsOf);
        if (isSuspect) await _suspect.WaitAsync(cancellationToken);
        var id = Guid.NewGuid();
        lock (_lock)
        {
            _running.Add(id, entry);
            Save();
        }

        return new Scan(this, id, entry, isSuspect);
    }

    /// <summary>From here on the process may be ended at any time without this being a plugin's doing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_file is not { } file) return;
            _running.Clear();
            Save();
            _file = null;
            file.Dispose();
            if (_deaths.Count == 0) File.Delete(file.Name);
        }
    }

    private void Leave(Guid id, ScanEntry entry, bool isSuspect)
    {
        lock (_lock)
        {
            _running.Remove(id);
            // What it has survived once is not what it died of.
            if (isSuspect) _deaths.RemoveAll(entry.IsOf);
            Save();
        }

        if (isSuspect) _suspect.Release();
    }

    private void Save()
    {
        if (_file is null) return;
        try
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(new JournalContent([.. _running.Values], _deaths), JournalJsonContext.Default.JournalContent);
            RandomAccess.Write(_file.SafeFileHandle, content, fileOffset: 0);
            RandomAccess.SetLength(_file.SafeFileHandle, content.Length);
        }
        catch (IOException failure)
        {
            // A full disk must not keep scans from running.
            LogUnusable(_logger, _file.Name, failure.Message);
            _file.Dispose();
            _file = null;
        }
    }

    /// <summary>A time in the future is a wrong clock's.</summary>
    private static IEnumerable<ScanDeath> Recent(IEnumerable<ScanDeath> deaths, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return deaths.Where(death => death.Time <= now && now - death.Time < Memory);
    }

    private static JournalContent Read(Stream file)
    {
        try
        {
            if (file.Length is > 0 and < LongestFile && JsonSerializer.Deserialize(file, JournalJsonContext.Default.JournalContent) is { } content)
                return new JournalContent(content.Running ?? [], content.Deaths ?? []);
        }
        catch (JsonException)
        {
            // The process died while it was written: what ran then is not known.
        }

        return new JournalContent([], []);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which plugin scans what is not recorded: {Journal} can't be used. {Reason}")]
    private static partial void LogUnusable(ILogger logger, string journal, string reason);

    private sealed class Scan(ScanJournal journal, Guid id, ScanEntry entry, bool isSuspect) : IDisposable
    {
        public void Dispose() => journal.Leave(id, entry, isSuspect);
    }
}

/// <summary>A plugin's scan of an image or a resource.</summary>
internal sealed record ScanEntry(string Plugin, string Subject, DateTimeOffset Begun)
{
    public bool IsOf(ScanDeath death) => death.Plugin == Plugin && death.Subject == Subject;
}

/// <summary>A scan in which the process died.</summary>
internal sealed record ScanDeath(string Plugin, string Subject, DateTimeOffset Time);

/// <summary>The journal's file.</summary>
internal sealed record JournalContent(IReadOnlyList<ScanEntry> Running, IReadOnlyList<ScanDeath> Deaths);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JournalContent))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;

/// <summary>The journal with the name of a scanner's plugin.</summary>
internal sealed record PluginJournal(ScanJournal Journal, string Plugin);
