namespace RegistryOperator.Host.Kinds;

/// <summary>Reasons of what is not verified that are told apart from all others.</summary>
internal static class SignatureReasons
{
    /// <summary>It is signed, and nobody says whose signatures count.</summary>
    public const string NoPolicy = "NoPolicy";

    /// <summary>It has no signature. Any other reason is of one that is there, or may be.</summary>
    public const string Unsigned = "Unsigned";
}
