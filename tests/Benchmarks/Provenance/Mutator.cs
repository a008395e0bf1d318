using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RegistryOperator.Benchmarks.Provenance;

/// <summary>Damages JSON documents, and what is in their texts: base64 of DER and of other JSON.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> corpus)
{
    private const int DeepestNesting = 2;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "9223372036854775807", "1e999", "\"\"", "\"9223372036854775808\"", "[]", "{}", "[[]]", "{\"a\":{}}",
        "\"AA==\"", "\"\\u0000\"",
    ];

    /// <summary>One to four damages, in the structure mostly.</summary>
    public byte[] Damage(string json)
    {
        var text = json;
        for (var left = random.Next(1, 5); left > 0 && random.Next(5) > 0; left--) text = DamageStructure(text, depth: 0) ?? text;
        return random.Next(3) == 0 ? DamageBytes(Encoding.UTF8.GetBytes(text)) : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Flips, cuts, doubles and puts in.</summary>
    public byte[] DamageBytes(byte[] bytes)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        var (place, length) = (random.Next(bytes.Length), random.Next(1, 17));
        var end = Math.Min(place + length, bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..place];
            case 1:
                return [.. bytes[..place], .. bytes[end..]];
            case 2:
                return [.. bytes[..end], .. bytes[place..]];
            case 3:
                var extra = new byte[length];
                random.NextBytes(extra);
                return [.. bytes[..place], .. extra, .. bytes[place..]];
            case 4:
                // A length or a tag of DER is as likely as any other byte.
                bytes[place] = (byte)(random.Next(2) == 0 ? 0xff : 0x80);
                return bytes;
            default:
                bytes[place] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    /// <summary>Null where it is no JSON, or nothing fits.</summary>
    private string? DamageStructure(string json, int depth)
    {
        if (Parse(json) is not { } root) return null;
        var nodes = NodesOf(root).ToArray();
        if (nodes.Length < 2) return null;
        var node = nodes[random.Next(1, nodes.Length)];
        var parent = node.Parent!;
        JsonNode? changed = random.Next(8) switch
        {
            0 => null,
            1 => Parse(Values[random.Next(Values.Length)]),
            2 => Another(node),
            3 => nodes[random.Next(nodes.Length)].DeepClone(),
            4 when parent is JsonArray list => Repeat(list, node),
            _ => Inside(node, depth),
        };
        if (parent is JsonArray array) array[array.IndexOf(node)] = changed;
        else if (changed is null && random.Next(2) == 0) parent.AsObject().Remove(node.GetPropertyName());
        else parent[node.GetPropertyName()] = changed;
        return root.ToJsonString();
    }

    private static JsonNode Repeat(JsonArray list, JsonNode node)
    {
        list.Add(node.DeepClone());
        return node.DeepClone();
    }

    /// <summary>What another document has under the same name: a true part in the wrong place.</summary>
    private JsonNode? Another(JsonNode node)
    {
        if (node.Parent is not JsonObject) return node.DeepClone();
        var name = node.GetPropertyName();
        var same = Parse(corpus[random.Next(corpus.Count)]) is { } other
            ? NodesOf(other).Where(one => one.Parent is JsonObject && one.GetPropertyName() == name).ToArray()
            : [];
        return same.Length > 0 ? same[random.Next(same.Length)].DeepClone() : node.DeepClone();
    }

    /// <summary>A text's bytes; or the JSON that they are.</summary>
    private JsonNode Inside(JsonNode node, int depth)
    {
        if (node.GetValueKind() != JsonValueKind.String) return node.DeepClone();
        var text = node.GetValue<string>();
        var buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, buffer, out var length))
            return JsonValue.Create(Encoding.Latin1.GetString(DamageBytes(Encoding.UTF8.GetBytes(text))));
        var bytes = buffer[..length];
        if (depth < DeepestNesting && DamageStructure(Encoding.UTF8.GetString(bytes), depth + 1) is { } inner) bytes = Encoding.UTF8.GetBytes(inner);
        else bytes = DamageBytes(bytes);
        return JsonValue.Create(Convert.ToBase64String(bytes));
    }

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonNode> NodesOf(JsonNode node)
    {
        yield return node;
        var children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var child in children.OfType<JsonNode>().SelectMany(NodesOf)) yield return child;
    }
}
