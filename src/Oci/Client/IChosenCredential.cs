using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Oci.Client;

/// <summary>A client that tries several credentials.</summary>
public interface IChosenCredential
{
    /// <summary>The one that the registry took last, or the one to be tried next, without alternatives: for tools, which can take one alone.</summary>
    RegistryCredential ChosenCredential { get; }
}
