namespace RegistryOperator.Oci.Network;

/// <summary>What leads to a destination, by which its address is judged.</summary>
/// <param name="IsOwn">True for the URL that the resource itself names; false for what a registry's answer names.</param>
/// <param name="RegistryRange">The private range, or this machine's own, in which the registry's own connections ended, all of them; else null.</param>
internal sealed record Destination(bool IsOwn, AddressRange? RegistryRange)
{
    /// <summary>The registry's own origin.</summary>
    public static Destination Own { get; } = new(IsOwn: true, RegistryRange: null);
}
