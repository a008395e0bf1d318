using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Host.Cli.TrustRoot;

/// <summary>An authority or a log of a trusted root.</summary>
/// <param name="Uri">Its URL.</param>
/// <param name="ValidFrom">The first moment at which it is trusted.</param>
/// <param name="KeyType">What kind of key it signs with.</param>
/// <param name="KeyId">Of a log: its identifier, base64 as in bundles. Of an authority: the SHA-256 of its key, in hexadecimal digits.</param>
internal sealed record TrustRootEntry(string Uri, DateTime ValidFrom, string KeyType, string KeyId)
{
    /// <summary>An authority's distinguished name; logs have none.</summary>
    public string? Name { get; init; }

    /// <summary>The last moment at which it is trusted; null where there is none yet.</summary>
    public DateTime? ValidUntil { get; init; }

    /// <summary>Why nothing new that it signs is verified; null where that is.</summary>
    public string? State { get; init; }

    public static TrustRootEntry Of(TrustedAuthority authority, DateTimeOffset now) =>
        new(authority.Uri, authority.Validity.Start.UtcDateTime, authority.KeyType.ToString(), authority.KeyId)
        {
            Name = authority.Name,
            ValidUntil = authority.Validity.End?.UtcDateTime,
            State = StateOf(authority.KeyType != Sigstore.Signatures.KeyType.Unsupported, authority.Validity, now),
        };

    public static TrustRootEntry Of(TrustedLog log, DateTimeOffset now) =>
        new(log.Uri, log.Validity.Start.UtcDateTime, log.KeyType.ToString(), log.KeyId)
        {
            ValidUntil = log.Validity.End?.UtcDateTime,
            State = StateOf(log.KeyType != Sigstore.Signatures.KeyType.Unsupported, log.Validity, now),
        };

    private static string? StateOf(bool isUsable, Validity validity, DateTimeOffset now)
    {
        if (!isUsable) return "unusable: its key is of an algorithm that is not supported";
        if (validity.End < now) return "expired";
        return validity.Start > now ? "not valid yet" : null;
    }
}

/// <summary>A trusted root, as it is shown.</summary>
internal sealed record TrustRootView
{
    /// <summary>The file; null for the shipped one.</summary>
    public string? File { get; init; }

    /// <summary>When the youngest of its logs and authorities began.</summary>
    public DateTime? NewestStart { get; init; }

    public IReadOnlyList<TrustRootEntry> CertificateAuthorities { get; init; } = [];

    public IReadOnlyList<TrustRootEntry> Logs { get; init; } = [];

    public IReadOnlyList<TrustRootEntry> CertificateLogs { get; init; } = [];

    public IReadOnlyList<TrustRootEntry> TimestampAuthorities { get; init; } = [];

    public static TrustRootView Of(TrustedRoot root, string? file, DateTimeOffset now) => new()
    {
        File = file,
        NewestStart = root.NewestStart?.UtcDateTime,
        CertificateAuthorities = [.. root.CertificateAuthorities.Select(one => TrustRootEntry.Of(one, now))],
        Logs = [.. root.Logs.Select(one => TrustRootEntry.Of(one, now))],
        CertificateLogs = [.. root.CertificateLogs.Select(one => TrustRootEntry.Of(one, now))],
        TimestampAuthorities = [.. root.TimestampAuthorities.Select(one => TrustRootEntry.Of(one, now))],
    };

    public JsonNode? ToJson() => JsonSerializer.SerializeToNode(this, TrustRootJsonContext.Default.TrustRootView);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrustRootView))]
internal sealed partial class TrustRootJsonContext : JsonSerializerContext;
