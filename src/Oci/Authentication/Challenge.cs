namespace RegistryOperator.Oci.Authentication;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"/>).</summary>
/// <param name="Scheme">The scheme as sent; compared case-insensitively.</param>
/// <param name="Parameters">The parameters; names are compared case-insensitively.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBasic => string.Equals(Scheme, "Basic", StringComparison.OrdinalIgnoreCase);

    public bool IsBearer => string.Equals(Scheme, "Bearer", StringComparison.OrdinalIgnoreCase);

    public string? Realm => Parameters.GetValueOrDefault("realm");

    public string? Service => Parameters.GetValueOrDefault("service");

    public string? Scope => Parameters.GetValueOrDefault("scope");

    /// <summary>Why a token was refused, e.g. <c>insufficient_scope</c> (<see href="https://www.rfc-editor.org/rfc/rfc6750#section-3.1"/>).</summary>
    public string? Error => Parameters.GetValueOrDefault("error");
}
