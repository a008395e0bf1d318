using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>
/// The location of a Docker configuration's entry: <c>[scheme://]host[:port][/path]</c>, where each label of the host may have wildcards.
/// It matches where the port is equal, every label matches and the path is a prefix.
/// </summary>
internal sealed class LocationPattern
{
    private readonly string[] _labels;
    private readonly string _port;
    private readonly string _path;

    private LocationPattern(string authority, string path)
    {
        (_labels, _port) = Split(authority);
        _path = path is "/" ? "" : path;
        // Docker Hub's names are one, so that the path alone makes one of its entries more specific than another.
        Key = (DockerHub.IsHost(authority) ? DockerHub.Name : authority) + _path;
    }

    /// <summary>Host, port and path; its order is that of the kubelet's index.</summary>
    public string Key { get; }

    /// <summary>Parses a location; null where it can't be the location of a registry, which the kubelet ignores as well.</summary>
    public static LocationPattern? Parse(string location)
    {
        var text = location;
        foreach (var scheme in (string[])["https://", "http://"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) text = text[scheme.Length..];
        }

        var end = text.AsSpan().IndexOfAny('?', '#');
        if (end >= 0) text = text[..end];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? text : text[..slash];
        var path = slash < 0 ? "" : text[slash..];

        // User information before the host is no part of it.
        authority = authority[(authority.LastIndexOf('@') + 1)..].ToLowerInvariant();
        if (authority == "" || authority.Contains(' ', StringComparison.Ordinal)) return null;

        // Docker writes the API's version behind the host and means the whole host. People leave out the last slash.
        if (path is "/v1" or "/v2" || path.StartsWith("/v1/", StringComparison.Ordinal) || path.StartsWith("/v2/", StringComparison.Ordinal)) path = path[3..];
        return new LocationPattern(authority, path);
    }

    /// <summary>True where this location is for the repository at <paramref name="path"/> (with its leading slash) of <paramref name="authority"/>.</summary>
    public bool Matches(string authority, string path)
    {
        var (labels, port) = Split(authority);
        return port == _port
            && labels.Length == _labels.Length
            && path.StartsWith(_path, StringComparison.Ordinal)
            && _labels.Zip(labels).All(pair => LabelGlob.Matches(pair.First, pair.Second));
    }

    private static (string[] Labels, string Port) Split(string authority)
    {
        // The colons of an IPv6 address stand in brackets, which are no class of characters.
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        var (host, port) = hasPort ? (authority[..colon], authority[(colon + 1)..]) : (authority, "");
        if (host is ['[', .., ']'] && host.Contains(':', StringComparison.Ordinal)) host = host[1..^1];
        return (host.Split('.'), port);
    }
}
