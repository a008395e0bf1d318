using System.Text.RegularExpressions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>The tags that a user's pattern matches. One that takes too long is tried once in a check, however many workloads have it.</summary>
internal sealed class PatternMatches
{
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);
    private readonly SlowPatternException? _slow;

    public PatternMatches(Regex pattern, IReadOnlyList<string> tags, TimeProvider time)
    {
        var watch = new PatternWatch($"'{pattern}'", tags.Count, time);
        try
        {
            _tags.UnionWith(tags.Where(tag => watch.IsMatch(pattern, tag)));
        }
        catch (SlowPatternException slow)
        {
            _slow = slow;
        }
    }

    /// <exception cref="SlowPatternException">The pattern takes too long.</exception>
    public bool Contains(string tag) => _slow is null ? _tags.Contains(tag) : throw new SlowPatternException(_slow.Message);
}
