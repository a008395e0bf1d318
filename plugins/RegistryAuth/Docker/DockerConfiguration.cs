using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth.Secrets;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>A Docker client's configuration as Secrets carry it: <c>config.json</c>, or the older <c>.dockercfg</c>, which is its <c>auths</c> alone.</summary>
/// <param name="Entries">The entries, in the order of the file.</param>
/// <param name="CredentialStore">The store that has the passwords instead, such as <c>desktop</c>; null where the file has them.</param>
internal sealed record DockerConfiguration(IReadOnlyList<DockerConfigurationEntry> Entries, string? CredentialStore)
{
    private const int MaximumDepth = 16;

    /// <summary>Reads the value of <paramref name="key"/>.</summary>
    /// <exception cref="CredentialException">The value is no such document.</exception>
    public static DockerConfiguration Read(SecretReader secret, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(secret.ReadBytes(key), new JsonDocumentOptions { MaxDepth = MaximumDepth });
            var root = document.RootElement;
            if (key == SecretTypes.DockerCfgKey) return new DockerConfiguration(ReadEntries(secret, key, root), CredentialStore: null);

            if (root.ValueKind != JsonValueKind.Object) throw secret.Unusable(key, "it is not a JSON object");
            return root.TryGetProperty("auths", out var auths)
                ? new DockerConfiguration(ReadEntries(secret, key, auths), FindStore(root))
                : throw secret.Unusable(key, "it has no 'auths'; the file's content should be that of a Docker config.json");
        }
        catch (Exception exception) when (JsonText.IsFault(exception))
        {
            var place = (exception as JsonException)?.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw secret.Unusable(key, secret.ReadBytes(key).IsEmpty ? "it is empty" : $"it is not JSON{place}");
        }
    }

    private static List<DockerConfigurationEntry> ReadEntries(SecretReader secret, string key, JsonElement auths)
    {
        if (auths.ValueKind == JsonValueKind.Null) return [];
        if (auths.ValueKind != JsonValueKind.Object) throw secret.Unusable(key, "its entries are not a JSON object");
        return [.. auths.EnumerateObject()
            .Where(entry => entry.Value.ValueKind == JsonValueKind.Object)
            .Select(entry => DockerConfigurationEntry.Read(entry.Name, entry.Value))];
    }

    private static string? FindStore(JsonElement root)
    {
        if (root.TryGetProperty("credsStore", out var store) && store.ValueKind == JsonValueKind.String) return store.GetString();
        return root.TryGetProperty("credHelpers", out var helpers) && helpers.ValueKind == JsonValueKind.Object
            ? helpers.EnumerateObject().Select(helper => helper.Value.ToString()).FirstOrDefault()
            : null;
    }
}
