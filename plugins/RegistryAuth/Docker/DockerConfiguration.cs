using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>A Docker client's configuration: <c>config.json</c>, or the older <c>.dockercfg</c>, which is its <c>auths</c> alone.</summary>
/// <param name="Entries">The entries, in the order of the file.</param>
/// <param name="Store">The store that has the passwords instead, such as <c>desktop</c>; null where the file has them.</param>
/// <param name="Helpers">The store of one registry, by its name: <c>ghcr.io</c> and <c>gh</c>.</param>
internal sealed record DockerConfiguration(
    IReadOnlyList<DockerConfigurationEntry> Entries, string? Store, IReadOnlyDictionary<string, string> Helpers)
{
    private const int MaximumDepth = 16;

    private static readonly Dictionary<string, string> NoHelpers = [];

    /// <summary>The store that has an entry's password, for errors; null where the configuration names none.</summary>
    public string? AnyStore => Store ?? Helpers.Values.FirstOrDefault();

    /// <summary>Reads a file.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="isLegacy">True for a <c>.dockercfg</c>.</param>
    /// <param name="unusable">Makes the error of a problem.</param>
    /// <param name="needsEntries">False for a file that may be about other things alone.</param>
    /// <exception cref="CredentialException">The content is no such document.</exception>
    public static DockerConfiguration Read(
        ReadOnlyMemory<byte> content, bool isLegacy, Func<string, CredentialException> unusable, bool needsEntries = true)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            var root = document.RootElement;
            if (isLegacy) return new DockerConfiguration(ReadEntries(root, unusable), Store: null, NoHelpers);

            if (root.ValueKind != JsonValueKind.Object) throw unusable("it is not a JSON object");
            var store = root.TryGetProperty("credsStore", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
            var helpers = ReadHelpers(root);
            if (root.TryGetProperty("auths", out var auths)) return new DockerConfiguration(ReadEntries(auths, unusable), store, helpers);
            return store is not null || helpers.Count > 0 || !needsEntries
                ? new DockerConfiguration([], store, helpers)
                : throw unusable("it has no 'auths'; the file's content should be that of a Docker config.json");
        }
        catch (Exception exception) when (JsonText.IsFault(exception))
        {
            var place = (exception as JsonException)?.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw unusable(content.IsEmpty ? "it is empty" : $"it is not JSON{place}");
        }
    }

    private static List<DockerConfigurationEntry> ReadEntries(JsonElement auths, Func<string, CredentialException> unusable)
    {
        if (auths.ValueKind == JsonValueKind.Null) return [];
        if (auths.ValueKind != JsonValueKind.Object) throw unusable("its entries are not a JSON object");
        return [.. auths.EnumerateObject()
            .Where(entry => entry.Value.ValueKind == JsonValueKind.Object)
            .Select(entry => DockerConfigurationEntry.Read(entry.Name, entry.Value))];
    }

    private static Dictionary<string, string> ReadHelpers(JsonElement root)
    {
        if (!root.TryGetProperty("credHelpers", out var helpers) || helpers.ValueKind != JsonValueKind.Object) return NoHelpers;
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var helper in helpers.EnumerateObject())
        {
            if (helper.Value.ValueKind == JsonValueKind.String) read[helper.Name] = helper.Value.GetString()!;
        }

        return read;
    }
}
