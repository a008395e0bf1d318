using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.Plugins.RegistryAuth.Secrets;

/// <summary>
/// Reads a Secret's values, and makes the errors: which Secret, which key, what is wrong. No error has an inner exception, since a parser's
/// message may quote what it could not parse.
/// </summary>
internal sealed class SecretReader(CredentialSecret secret)
{
    public string Type => secret.Type;

    public bool Has(string key) => secret.Data.ContainsKey(key);

    /// <summary>The value's bytes.</summary>
    /// <exception cref="CredentialException">The key is missing.</exception>
    public ReadOnlyMemory<byte> ReadBytes(string key) => secret.Data.TryGetValue(key, out var value) ? value : throw Missing($"no key '{key}'");

    /// <summary>The value as text, without the line break that <c>echo</c> and editors leave at its end.</summary>
    /// <exception cref="CredentialException">The key is missing or its value is no text.</exception>
    public string ReadText(string key) =>
        StrictText.TryDecode(ReadBytes(key).Span, out var text) ? text.TrimEnd('\r', '\n') : throw Unusable(key, "the value is not UTF-8 text");

    // Which keys there are is not said: who may write a resource, and read its status, may not be allowed to read the Secret.
    public CredentialException Missing(string what) => new($"{secret} has {what}.");

    public CredentialException Unusable(string key, string problem) => new($"{secret}, key '{key}': {problem}.");
}
