using System.Diagnostics.CodeAnalysis;

namespace RegistryOperator.Kubernetes;

/// <summary>Identifies one resource of a type, in queues, stores and logs.</summary>
/// <param name="Namespace">The namespace; empty for a cluster-scoped resource.</param>
/// <param name="Name">The name within the namespace.</param>
public readonly record struct ResourceKey(string Namespace, string Name) : IParsable<ResourceKey>
{
    /// <summary>Reads <c>namespace/name</c>, or <c>name</c> for a cluster-scoped resource.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ResourceKey Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var key)
            ? key
            : throw new FormatException($"\"{s}\" does not name a resource: write NAMESPACE/NAME, or NAME for a cluster-scoped resource.");

    /// <summary>Reads <c>namespace/name</c>, or <c>name</c> for a cluster-scoped resource.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ResourceKey Parse(string s) => Parse(s, provider: null);

    /// <summary>Reads <c>namespace/name</c>, or <c>name</c> for a cluster-scoped resource.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ResourceKey result)
    {
        result = default;
        if (string.IsNullOrEmpty(s)) return false;

        var slash = s.IndexOf('/', StringComparison.Ordinal);
        if (slash == 0 || slash == s.Length - 1 || slash != s.LastIndexOf('/')) return false;

        result = slash < 0 ? new ResourceKey("", s) : new ResourceKey(s[..slash], s[(slash + 1)..]);
        return true;
    }

    /// <summary><c>namespace/name</c>, or <c>name</c> for a cluster-scoped resource.</summary>
    public override string ToString() => string.IsNullOrEmpty(Namespace) ? Name : $"{Namespace}/{Name}";
}
