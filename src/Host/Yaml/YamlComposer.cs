using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RegistryOperator.Host.Yaml;

/// <summary>
/// Builds the nodes of one document after another from the parser's events. YamlDotNet's own representation model is not used because it
/// rejects a whole file at the first duplicate key.
/// </summary>
/// <param name="parser">Events of a text.</param>
/// <param name="lineOffset">Lines of the file before that text.</param>
/// <param name="nodes">Nodes of the file before that text.</param>
internal sealed class YamlComposer(IParser parser, int lineOffset, int nodes = 0)
{
    private readonly Dictionary<AnchorName, YamlNode?> _anchors = [];

    /// <summary>Nodes of the file so far.</summary>
    public int Nodes { get; private set; } = nodes;

    /// <summary>The next document's root, or null after the last.</summary>
    /// <exception cref="YamlSyntaxException">The text is not YAML, or is outside <see cref="YamlLimits"/>.</exception>
    public YamlNode? ReadDocument()
    {
        try
        {
            if (parser.Current is null) parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _)) return null;
            _anchors.Clear();
            parser.Consume<DocumentStart>();
            var root = ReadNode(depth: 0);
            parser.Consume<DocumentEnd>();
            return root;
        }
        catch (YamlException exception)
        {
            throw new YamlSyntaxException(At(exception.Start), $"not valid YAML: {Reword(exception.Message)}", exception) { IsOfSyntax = true };
        }
        catch (ArgumentException exception)
        {
            // YamlDotNet checks tags as it makes them, without a place.
            throw new YamlSyntaxException(
                At(parser.Current?.End ?? Mark.Empty),
                "not valid YAML: the tag after this place (a word that begins with !) is none; a text that begins with ! has to be in quotes", exception);
        }
        catch (InvalidOperationException exception)
        {
            // YamlDotNet's scanner fails with this exception on some invalid texts, e.g. an unclosed bracket before a key, without details.
            throw new YamlSyntaxException(
                At(parser.Current?.End ?? Mark.Empty), "not valid YAML: a bracket or quote before this place is not closed, or closed twice", exception);
        }
    }

    private YamlNode ReadNode(int depth)
    {
        if (depth > YamlLimits.Depth) throw new YamlSyntaxException(Here(), $"more than {YamlLimits.Depth} levels of nesting");
        var position = Here();
        if (++Nodes > YamlLimits.Nodes) throw new YamlSyntaxException(position, $"more than {YamlLimits.Nodes} values in one file; split it");
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Resolve(alias.Value, position);
        if (parser.TryConsume<Scalar>(out var scalar)) return Remember(scalar.Anchor, new YamlScalar(position, scalar));
        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            Open(sequence.Anchor);
            return Remember(sequence.Anchor, ReadSequence(position, depth));
        }
        var mapping = parser.Consume<MappingStart>();
        Open(mapping.Anchor);
        return Remember(mapping.Anchor, ReadMapping(position, depth));
    }

    private YamlSequence ReadSequence(YamlPosition position, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new YamlSequence(position, items);
    }

    private YamlMapping ReadMapping(YamlPosition position, int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var keyPosition = Here();
            if (ReadNode(depth + 1) is not YamlScalar key)
                throw new YamlSyntaxException(keyPosition, "a key must be a plain word or a string, not a list or a map");
            if (key.Event.Value.Length > YamlLimits.KeyLength)
                throw new YamlSyntaxException(keyPosition, $"a key of more than {YamlLimits.KeyLength} characters");
            entries.Add((new YamlScalar(keyPosition, key.Event), ReadNode(depth + 1)));
        }
        return new YamlMapping(position, entries);
    }

    /// <summary>Marks an anchor as not finished: an alias to it from inside would be a cycle.</summary>
    private void Open(AnchorName anchor)
    {
        if (!anchor.IsEmpty) _anchors[anchor] = null;
    }

    private YamlNode Remember(AnchorName anchor, YamlNode node)
    {
        if (anchor.IsEmpty) return node;
        if (_anchors.Count >= YamlLimits.Anchors && !_anchors.ContainsKey(anchor))
            throw new YamlSyntaxException(node.Position, $"more than {YamlLimits.Anchors} anchors in one document");
        _anchors[anchor] = node;
        return node;
    }

    private YamlNode Resolve(AnchorName anchor, YamlPosition position)
    {
        if (!_anchors.TryGetValue(anchor, out var node))
        {
            throw new YamlSyntaxException(position, $"alias '*{anchor.Value}' names an anchor that does not stand before it") { IsOfSyntax = true };
        }

        return node ?? throw new YamlSyntaxException(position, $"alias '*{anchor.Value}' stands inside the value that it names");
    }

    private YamlPosition Here() => parser.Accept<ParsingEvent>(out var next) ? At(next.Start) : YamlPosition.Start;

    private YamlPosition At(Mark mark) => new((int)mark.Line + lineOffset, (int)mark.Column);

    private static string Reword(string message) => message.Length == 0 ? "unknown error" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
