using System.Text.Json.Nodes;

namespace RegistryOperator.Host.Plugins.Details;

/// <summary>All that <c>registry-operator plugins show</c> prints about one plugin.</summary>
/// <param name="Name">The plugin's name: that of its folder.</param>
/// <param name="Folder">The full path of its folder.</param>
internal sealed record PluginDetails(string Name, string Folder)
{
    /// <summary>Why it does not run, in one sentence; null where it does. Nothing more is known of one that does not.</summary>
    public string? Failure { get; init; }

    /// <summary>The plugin's own version.</summary>
    public string? Version { get; init; }

    /// <summary>The contract version it was built against.</summary>
    public string? ContractVersion { get; init; }

    /// <summary>What it brings.</summary>
    public IReadOnlyList<PartDetails> Parts { get; init; } = [];

    /// <summary>The options it declares.</summary>
    public IReadOnlyList<OptionDetails> Options { get; init; } = [];
}

/// <summary>One part of a plugin.</summary>
/// <param name="Kind"><c>scanner:</c> and its kind, <c>registry-client</c> or <c>authenticator</c>.</param>
/// <param name="Name">By which a resource asks for it.</param>
/// <param name="Version">A scanner's own version, else the plugin's.</param>
/// <param name="Implementation">The full name of the class.</param>
/// <param name="Readiness">Whether it can work, and with what.</param>
internal sealed record PartDetails(string Kind, string Name, string Version, string Implementation, ReadinessDetails Readiness)
{
    /// <summary>One line for people; null where the plugin gives no description.</summary>
    public string? Description { get; init; }

    /// <summary>Kinds of scanners whose results must be there before.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Where a resource gives it options, e.g. <c>spec.scanners[].options</c>; null where it takes none.</summary>
    public string? OptionsField { get; init; }

    /// <summary>What a resource may write there; null where it takes no options.</summary>
    public IReadOnlyList<ScannerOptionDetails>? Options { get; init; }
}

/// <summary>Whether a part can work, and with what.</summary>
internal sealed record ReadinessDetails(bool IsReady)
{
    /// <summary>Why not.</summary>
    public string? Reason { get; init; }

    public string? ToolVersion { get; init; }

    public string? DatabaseVersion { get; init; }

    public DateTimeOffset? DatabaseUpdated { get; init; }

    /// <summary>What the listing found.</summary>
    public static ReadinessDetails Of(PluginRow row) => new(row.IsReady)
    {
        Reason = row.IsReady ? null : row.Readiness,
        ToolVersion = row.ToolVersion,
        DatabaseVersion = row.DatabaseVersion,
        DatabaseUpdated = row.DatabaseUpdated,
    };
}

/// <summary>An option of a plugin.</summary>
/// <param name="Key">The full key, e.g. <c>Plugins:Trivy:Server</c>.</param>
/// <param name="Description">One line for people.</param>
internal sealed record OptionDetails(string Key, string Description)
{
    public string? Default { get; init; }

    public string? Example { get; init; }

    public bool IsSecret { get; init; }

    /// <summary>What the user set, <c>(set)</c> for a secret; null where it is not set.</summary>
    public string? Value { get; init; }
}

/// <summary>An option that a resource gives to a scanner.</summary>
/// <param name="Name">As a resource writes it; within an object after a dot, within a list's entries after <c>[].</c>.</param>
/// <param name="Type">Its JSON type, e.g. <c>array of string</c>.</param>
internal sealed record ScannerOptionDetails(string Name, string Type)
{
    public string? Description { get; init; }

    /// <summary>What holds where it is not given; null for nothing.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>What is allowed, each in a few words.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];
}
