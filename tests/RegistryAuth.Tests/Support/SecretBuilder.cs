using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.RegistryAuth;

namespace RegistryOperator.RegistryAuth.Tests.Support;

/// <summary>Makes Secrets and requests.</summary>
internal static class SecretBuilder
{
    public static CredentialSecret Make(string type, params (string Key, string Value)[] data) => new()
    {
        Namespace = "team",
        Name = "pull",
        Type = type,
        Data = data.ToDictionary(item => item.Key, item => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(item.Value), StringComparer.Ordinal),
    };

    public static CredentialSecret DockerConfigJson(string content) => Make("kubernetes.io/dockerconfigjson", (".dockerconfigjson", content));

    /// <summary>A Docker configuration with an entry for each host.</summary>
    public static CredentialSecret Auths(params (string Host, string Entry)[] entries) => DockerConfigJson($$"""{"auths": {{Entries(entries)}} }""");

    /// <summary>The entries alone, as in a <c>.dockercfg</c>.</summary>
    public static string Entries(params (string Host, string Entry)[] entries) =>
        "{" + string.Join(",", entries.Select(entry => $"\"{entry.Host}\":{entry.Entry}")) + "}";

    /// <summary>An entry with an <c>auth</c> as it is given.</summary>
    public static string Auth(string value) => $$"""{"auth":"{{value}}"}""";

    public static RegistryAuthenticationRequest Request(
        CredentialSecret? secret, string registry = "https://registry.example", string repository = "team/app") => new()
        {
            Repository = new RepositoryReference(new Uri(registry), repository),
            Secret = secret,
        };

    /// <summary>An authenticator without local logins.</summary>
    public static SecretAuthenticator Authenticator() => new(new FakeTools(), TimeProvider.System, _ => null);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
