namespace RegistryOperator.Oci.Network;

/// <summary>The policy refuses a destination, or to send credentials there; nothing was sent.</summary>
/// <param name="message">Which destination, and why.</param>
/// <param name="advice">Which setting allows it.</param>
internal sealed class OutboundRefusedException(string message, string advice) : Exception(message)
{
    public string Advice { get; } = advice;
}
