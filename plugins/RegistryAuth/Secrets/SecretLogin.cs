using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.RegistryAuth.Secrets;

/// <summary>What a Secret has for one location, or for any.</summary>
/// <param name="Location">For what; null for any repository.</param>
/// <param name="Store">The credential store that has the password of an empty entry.</param>
/// <param name="Read">Reads the credential; null for an empty entry.</param>
/// <param name="Unusable">Makes the error of a problem.</param>
internal sealed record SecretLogin(string? Location, string? Store, Func<RegistryCredential?> Read, Func<string, CredentialException> Unusable)
{
    /// <summary>The location, without its secrets.</summary>
    public override string ToString() => Location ?? "any repository";
}
