using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RegistryOperator.Host.Yaml;

/// <summary>A node of a YAML document. An alias is the node it names, so the tree may share nodes; it has no cycles.</summary>
internal abstract class YamlNode(YamlPosition position)
{
    public YamlPosition Position => position;
}

/// <summary>A scalar, with what is needed to find its type.</summary>
internal sealed class YamlScalar(YamlPosition position, Scalar scalar) : YamlNode(position)
{
    public Scalar Event => scalar;

    /// <summary>
    /// True for the key <c>&lt;&lt;</c> (<see href="https://yaml.org/type/merge.html"/>). It belongs to YAML 1.1, but kubectl supports it, so files use it.
    /// </summary>
    public bool IsMergeKey => scalar is { Value: "<<", Style: ScalarStyle.Plain };
}

internal sealed class YamlSequence(YamlPosition position, IReadOnlyList<YamlNode> items) : YamlNode(position)
{
    public IReadOnlyList<YamlNode> Items => items;
}

internal sealed class YamlMapping(YamlPosition position, IReadOnlyList<(YamlScalar Key, YamlNode Value)> entries) : YamlNode(position)
{
    /// <summary>The entries as written, merge keys among them.</summary>
    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries => entries;

    /// <summary>
    /// The mapping's own entries, then the merged ones. The first of a name wins: what a mapping says itself goes before what it merges, and
    /// what is merged first goes before what is merged later.
    /// </summary>
    /// <exception cref="YamlSyntaxException">More than <see cref="YamlLimits.MergedMappings"/> mappings are merged.</exception>
    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> EntriesWithMerged()
    {
        if (!entries.Any(entry => entry.Key.IsMergeKey)) return entries;
        var result = new List<(YamlScalar, YamlNode)>();
        AddTo(result, []);
        return result;
    }

    private void AddTo(List<(YamlScalar, YamlNode)> result, HashSet<YamlMapping> merged)
    {
        // Once is enough, since the first wins; without this, mappings that merge one another twice would double the work at each step.
        if (!merged.Add(this)) return;
        if (merged.Count > YamlLimits.MergedMappings) throw new YamlSyntaxException(Position, $"'<<' merges more than {YamlLimits.MergedMappings} maps");
        result.AddRange(entries.Where(entry => !entry.Key.IsMergeKey));
        foreach (var (_, source) in entries.Where(entry => entry.Key.IsMergeKey))
        {
            IEnumerable<YamlNode> mappings = source is YamlSequence sequence ? sequence.Items : [source];
            foreach (var mapping in mappings.OfType<YamlMapping>()) mapping.AddTo(result, merged);
        }
    }
}

/// <summary>A document can't be read further. The position is within its file.</summary>
internal sealed class YamlSyntaxException(YamlPosition position, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public YamlPosition Position { get; } = position;

    /// <summary>True where the text that stands there is not what it looks like: quotes may be missing.</summary>
    public bool IsOfSyntax { get; init; }
}
