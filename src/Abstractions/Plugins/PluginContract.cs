namespace RegistryOperator.Abstractions.Plugins;

/// <summary>The version of this contract.</summary>
public static class PluginContract
{
    /// <summary>
    /// The version of the contract in this assembly, <c>major.minor.patch</c>. A host loads plugins built against the same major and the
    /// same or a lower minor version.
    /// </summary>
    public const string Version = "1.1.0";

    /// <summary>The key of the assembly metadata in which a plugin carries the contract version it was built against.</summary>
    public const string VersionMetadataKey = "RegistryOperator.ContractVersion";
}
