using System.Globalization;
using System.Text.Json.Nodes;

namespace RegistryOperator.Host.Yaml;

/// <summary>One document as JSON, together with the nodes it was made from, which know their places.</summary>
/// <param name="file">The file's name as the user gave it.</param>
/// <param name="json">The document; null is JSON's null, an empty document.</param>
/// <param name="tree">The nodes.</param>
internal sealed class YamlDocument(string file, JsonNode? json, YamlNode tree)
{
    public string File => file;

    public JsonNode? Json => json;

    /// <summary>
    /// A problem at the value of a path such as <c>spec.tagFilter.include</c> or <c>items[0].spec</c>, or at the nearest value around it
    /// where the document has none there.
    /// </summary>
    public YamlProblem ProblemAt(string path, string message) => Problem(Find(path).Value, message);

    /// <summary>A problem at the key of <paramref name="path"/>.</summary>
    public YamlProblem ProblemAtKey(string path, string message) => Problem(Find(path).Key, message);

    private YamlProblem Problem(YamlPosition position, string message) => new(file, position.Line, position.Column, message);

    /// <summary>Walks the nodes along the path. Done only for problems, so that a good document pays nothing for its positions.</summary>
    private (YamlPosition Key, YamlPosition Value) Find(string path)
    {
        var (key, node) = (tree.Position, tree);
        var rest = path.AsSpan();
        while (!rest.IsEmpty)
        {
            if (node is YamlSequence sequence && TryStep(sequence, ref rest, out var next)) (key, node) = (next.Position, next);
            else if (node is YamlMapping mapping && TryStep(mapping, ref rest, out var entry)) (key, node) = (entry.Key.Position, entry.Value);
            else break;
        }
        return (key, node.Position);
    }

    private static bool TryStep(YamlSequence sequence, ref ReadOnlySpan<char> rest, out YamlNode next)
    {
        next = sequence;
        var end = rest.IndexOf(']');
        if (rest[0] != '[' || end < 0 || !int.TryParse(rest[1..end], CultureInfo.InvariantCulture, out var index) || index >= sequence.Items.Count)
            return false;
        next = sequence.Items[index];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryStep(YamlMapping mapping, ref ReadOnlySpan<char> rest, out (YamlScalar Key, YamlNode Value) entry)
    {
        entry = default;
        var name = rest.TrimStart('.');
        var found = -1;
        // Names may hold points themselves (annotations do), so the longest that fits is meant.
        foreach (var candidate in mapping.EntriesWithMerged())
        {
            var key = candidate.Key.Event.Value;
            if (key.Length <= found || !name.StartsWith(key, StringComparison.Ordinal) || (name.Length > key.Length && name[key.Length] is not ('.' or '[')))
                continue;
            (entry, found) = (candidate, key.Length);
        }
        if (found >= 0) rest = name[found..];
        return found >= 0;
    }
}

/// <summary>How paths are written: fields joined with points, indexes in brackets.</summary>
internal static class YamlPath
{
    public static string Field(string parent, string name) => parent.Length == 0 ? name : parent + "." + name;

    public static string Item(string parent, int index) => $"{parent}[{index}]";
}
