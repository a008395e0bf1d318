using System.Text.Json.Nodes;

namespace RegistryOperator.Host.Yaml;

/// <summary>Makes JSON of one document's nodes. What is wrong is collected, and left out of the JSON.</summary>
internal sealed class YamlToJson(string file, YamlProblems problems)
{
    private readonly HashSet<YamlNode> _seen = new(ReferenceEqualityComparer.Instance);
    private int _aliasedNodes;
    private long _aliasedLength;

    /// <exception cref="YamlSyntaxException">
    /// Aliases make the document larger than <see cref="YamlLimits.AliasedNodes"/> and <see cref="YamlLimits.AliasedLength"/>.
    /// </exception>
    public YamlDocument Convert(YamlNode root) => new(file, ConvertNode(root, depth: 0), root);

    private JsonNode? ConvertNode(YamlNode node, int depth)
    {
        // Aliases nest a document deeper than its text is.
        if (depth > YamlLimits.Depth) throw new YamlSyntaxException(node.Position, $"more than {YamlLimits.Depth} levels of nesting");
        Count(node);
        return node switch
        {
            YamlScalar scalar => ConvertScalar(scalar),
            YamlSequence sequence => new JsonArray([.. sequence.Items.Select(item => ConvertNode(item, depth + 1))]),
            YamlMapping mapping => ConvertMapping(mapping, depth),
            _ => throw new InvalidOperationException($"Unknown node {node.GetType().Name}."),
        };
    }

    /// <summary>A node met a second time came by an alias. Counting those bounds the work, because the text itself is bounded.</summary>
    private void Count(YamlNode node)
    {
        if (_seen.Add(node)) return;
        if (++_aliasedNodes > YamlLimits.AliasedNodes)
            throw new YamlSyntaxException(node.Position, $"aliases repeat more than {YamlLimits.AliasedNodes} values; write the document out");
        // Whoever writes the tree as text, e.g. to hash options, writes a long value each time.
        _aliasedLength += node is YamlScalar scalar ? scalar.Event.Value.Length : 0;
        if (_aliasedLength > YamlLimits.AliasedLength)
            throw new YamlSyntaxException(node.Position, $"aliases repeat more than {YamlLimits.AliasedLength >> 20} Mi characters; write the document out");
    }

    private JsonNode? ConvertScalar(YamlScalar scalar)
    {
        try
        {
            return CoreSchema.Resolve(scalar.Event);
        }
        catch (FormatException exception)
        {
            Report(scalar.Position, exception.Message);
            return null;
        }
    }

    private JsonObject ConvertMapping(YamlMapping mapping, int depth)
    {
        CheckKeys(mapping);
        var result = new JsonObject();
        foreach (var (key, value) in mapping.EntriesWithMerged())
        {
            Count(key);
            if (!result.ContainsKey(key.Event.Value)) result.Add(key.Event.Value, ConvertNode(value, depth + 1));
        }
        return result;
    }

    private void CheckKeys(YamlMapping mapping)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries)
        {
            if (key.IsMergeKey)
            {
                if (value is YamlScalar || (value is YamlSequence sequence && !sequence.Items.All(item => item is YamlMapping)))
                    Report(key.Position, "'<<' merges a map or a list of maps; quote it if it is a field's name");
            }
            else if (!names.Add(key.Event.Value))
            {
                Report(key.Position, $"field '{key.Event.Value}' is given twice; keep one");
            }
        }
    }

    private void Report(YamlPosition position, string message) => problems.Add(new YamlProblem(file, position.Line, position.Column, message));
}
