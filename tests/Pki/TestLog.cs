using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryOperator.Tests.Pki;

/// <summary>A transparency log: Rekor v1 promises a time, Rekor v2 proves alone.</summary>
public sealed class TestLog(string host, TestKey key, bool isRekor2)
{
    private readonly List<byte[]> _bodies = [.. Enumerable.Range(0, 5).Select(number => Encoding.UTF8.GetBytes($"another entry {number}"))];

    public string Host => host;

    public TestKey Key => key;

    public bool IsRekor2 => isRekor2;

    /// <summary>Adds an entry, and tells it as bundles have it.</summary>
    public JsonObject Add(string kind, string version, JsonObject spec, DateTimeOffset time)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["spec"] = spec }.ToJsonString());
        _bodies.Add(body);
        var index = _bodies.Count - 1;
        _bodies.Add([1, 2, 3]);
        var entry = new JsonObject
        {
            // Rekor v1 counts over all its trees.
            ["logIndex"] = $"{(isRekor2 ? index : index + 1000)}",
            ["logId"] = new JsonObject { ["keyId"] = Base64(key.Id) },
            ["kindVersion"] = new JsonObject { ["kind"] = kind, ["version"] = version },
            ["inclusionProof"] = Prove(index),
            ["canonicalizedBody"] = Base64(body),
        };
        if (isRekor2) return entry;
        entry["integratedTime"] = $"{time.ToUnixTimeSeconds()}";
        entry["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Base64(Promise(body, index + 1000, time)) };
        return entry;
    }

    /// <summary>The signed entry timestamp.</summary>
    public byte[] Promise(byte[] body, long index, DateTimeOffset time) => key.Sign(Encoding.UTF8.GetBytes(
        $$"""{"body":"{{Base64(body)}}","integratedTime":{{time.ToUnixTimeSeconds()}},"logID":"{{Convert.ToHexStringLower(key.Id)}}","logIndex":{{index}}}"""));

    /// <summary>A checkpoint with this log's signature, after those of others.</summary>
    public string Checkpoint(string text, string? name = null, params string[] others) =>
        text + "\n" + string.Concat(others.Select(other => other + "\n"))
        + $"\u2014 {name ?? host} {Base64([.. KeyId(), .. key.Sign(Encoding.UTF8.GetBytes(text))])}\n";

    public string Head(int size) => $"{host}{(isRekor2 ? "" : " - 4711")}\n{size}\n{Base64(Root(_bodies[..size]))}\n";

    private byte[] KeyId() => isRekor2
        ? SHA256.HashData([.. Encoding.UTF8.GetBytes(host), (byte)'\n', 1, .. key.SubjectPublicKeyInfo[^32..]])[..4]
        : key.Id[..4];

    private JsonObject Prove(int index) => new()
    {
        ["logIndex"] = $"{index}",
        ["rootHash"] = Base64(Root(_bodies)),
        ["treeSize"] = $"{_bodies.Count}",
        ["hashes"] = new JsonArray([.. Path(index, _bodies).Select(hash => (JsonNode)Base64(hash))]),
        ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint(Head(_bodies.Count)) },
    };

    /// <summary>The definition of RFC 9162, section 2.1.1, written as it stands there.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> entries)
    {
        if (entries.Count == 1) return SHA256.HashData([0, .. entries[0]]);
        var half = Half(entries.Count);
        return SHA256.HashData([1, .. Root([.. entries.Take(half)]), .. Root([.. entries.Skip(half)])]);
    }

    /// <summary>The definition of section 2.1.3.1.</summary>
    public static IReadOnlyList<byte[]> Path(int index, IReadOnlyList<byte[]> entries)
    {
        if (entries.Count == 1) return [];
        var half = Half(entries.Count);
        return index < half
            ? [.. Path(index, [.. entries.Take(half)]), Root([.. entries.Skip(half)])]
            : [.. Path(index - half, [.. entries.Skip(half)]), Root([.. entries.Take(half)])];
    }

    private static int Half(int count)
    {
        var half = 1;
        while (half * 2 < count) half *= 2;
        return half;
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
