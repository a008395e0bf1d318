using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Plugins.Trivy.Databases;

/// <summary><c>metadata.json</c> beside a database, and the part <c>VulnerabilityDB</c> of a server's version.</summary>
internal sealed record DatabaseMetadata
{
    /// <summary>The file's name.</summary>
    public const string FileName = "metadata.json";

    // As Trivy itself: a repository may offer one whose time for the next has passed already.
    private static readonly TimeSpan MinimumAge = TimeSpan.FromHours(1);

    // Databases are made every few hours or days. One that names no next for longer was made with a wrong clock, or is forgotten.
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(7);

    /// <summary>When the content was made: another time is another content.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When a newer one is expected.</summary>
    public DateTimeOffset NextUpdate { get; init; }

    /// <summary>When it came here.</summary>
    public DateTimeOffset DownloadedAt { get; init; }

    /// <summary>Names the content: the time it was made, to the last digit given.</summary>
    [JsonIgnore]
    public string Version => UpdatedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'");

    /// <summary>True where a newer one is to be looked for.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        // Made or downloaded in the future: a clock was wrong, and the age of the database is unknown.
        if (DownloadedAt > now) return true;
        if (now - DownloadedAt <= MinimumAge) return false;
        if (UpdatedAt > now) return true;
        var known = DownloadedAt > UpdatedAt ? DownloadedAt : UpdatedAt;
        return NextUpdate < now || now - known > MaximumAge;
    }

    /// <summary>Reads that of a database; null where there is no such database, or only a part of one.</summary>
    public static async Task<DatabaseMetadata?> FindAsync(string cacheDirectory, DatabaseKind kind, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(cacheDirectory, kind.Folder);
        if (!File.Exists(Path.Combine(folder, kind.FileName))) return null;
        try
        {
            await using var file = File.OpenRead(Path.Combine(folder, FileName));
            return await JsonSerializer.DeserializeAsync(file, DatabaseJson.Default.DatabaseMetadata, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Trivy takes a database without readable metadata for none, too.
            return null;
        }
    }
}

[JsonSerializable(typeof(DatabaseMetadata))]
internal sealed partial class DatabaseJson : JsonSerializerContext;
