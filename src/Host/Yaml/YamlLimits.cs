namespace RegistryOperator.Host.Yaml;

/// <summary>Limits of what is read from a YAML file. Files come from users and pipelines, and a small one can describe a huge tree.</summary>
internal static class YamlLimits
{
    /// <summary>Characters of one file, 10 Mi: many times the largest list of resources that the API server holds in one request.</summary>
    public const int FileLength = 10 * 1024 * 1024;

    /// <summary>Problems of one file that are told.</summary>
    public const int Problems = 20;

    /// <summary>Nested collections. The API server's own limit is of this order.</summary>
    public const int Depth = 100;

    /// <summary>Characters of a key: YAML's own limit for keys in the usual form.</summary>
    public const int KeyLength = 1024;

    /// <summary>Values and keys of one file: each takes 50 to 100 times its text. A resource has some 30.</summary>
    public const int Nodes = 250_000;

    /// <summary>Anchors of one document: far more than anyone sets by hand.</summary>
    public const int Anchors = 10_000;

    /// <summary>Nodes that aliases may add to one document: far more than anyone shares by hand, far less than a "billion laughs".</summary>
    public const int AliasedNodes = 100_000;

    /// <summary>Characters that aliases may add to one document: what a file without them may have.</summary>
    public const int AliasedLength = FileLength;

    /// <summary>Mappings that merge keys (<c>&lt;&lt;</c>) may bring into one mapping.</summary>
    public const int MergedMappings = 100;
}
