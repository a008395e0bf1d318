using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>Decodes a Secret. Problems name keys, never values.</summary>
internal static class SecretReader
{
    private const string DefaultType = "Opaque";

    /// <summary>The Secret, or null with problems added. <c>stringData</c> wins over <c>data</c>, as in the API server.</summary>
    public static CredentialSecret? Read(JsonObject node, string @namespace, string name, ManifestSource source, YamlProblems problems)
    {
        var before = problems.Total;
        var data = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        ReadEntries(node, "data", DecodeBase64, "base64; use stringData for plain text");
        ReadEntries(node, "stringData", Encoding.UTF8.GetBytes, "a text");
        var type = node["type"];
        if (type is not null && type.GetValueKind() != JsonValueKind.String) problems.Add(source.ProblemAt("type", "type is not a text"));
        if (problems.Total > before) return null;
        return new CredentialSecret
        {
            Namespace = @namespace,
            Name = name,
            Type = type?.GetValue<string>() is { Length: > 0 } named ? named : DefaultType,
            Labels = ReadLabels(node["metadata"]?["labels"]),
            Data = data,
        };

        void ReadEntries(JsonObject secret, string field, Func<string, byte[]?> decode, string expected)
        {
            if (secret[field] is null) return;
            if (secret[field] is not JsonObject entries)
            {
                problems.Add(source.ProblemAt(field, $"{field} is not a map of keys and values"));
                return;
            }
            foreach (var (key, value) in entries)
            {
                var path = YamlPath.Field(field, key);
                if (KubernetesNames.ProblemOfKey(key) is { } bad) problems.Add(source.ProblemAt(field, $"{field}: {bad}"));
                else if (value?.GetValueKind() != JsonValueKind.String)
                    problems.Add(source.ProblemAt(path, $"{path} is not a text; put the value into quotes"));
                else if (decode(value.GetValue<string>()) is { } bytes) data[key] = bytes;
                else problems.Add(source.ProblemAt(path, $"{path} is not {expected}"));
            }
        }
    }

    private static Dictionary<string, string> ReadLabels(JsonNode? labels) => labels is JsonObject entries
        ? entries.Where(entry => entry.Value?.GetValueKind() == JsonValueKind.String)
            .ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>(), StringComparer.Ordinal)
        : [];

    private static byte[]? DecodeBase64(string text)
    {
        var buffer = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
    }
}
