using System.Collections;
using System.Numerics;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>What may take the place of a running tag under one policy, the best first. Made once for all workloads that run the tag.</summary>
internal sealed class NewerTags : IReadOnlyList<string>
{
    private readonly IReadOnlyList<string> _tags;

    /// <summary>Of each tag, how many of its first numbers are the running tag's; all of them where it spells no version.</summary>
    private readonly int[] _same;

    /// <summary>Where each step begins: of tags in the order of their releases, those of a smaller step stand at the end.</summary>
    private readonly int[] _begins;

    private readonly Lazy<string?> _leftOut;

    /// <param name="tags">The tags, the best first.</param>
    /// <param name="running">The running tag.</param>
    /// <param name="shapeOf">Takes a tag apart.</param>
    /// <param name="leftOut">Finds the best newer tag that the policy leaves out.</param>
    public NewerTags(IReadOnlyList<string> tags, string running, Func<string, ShapedTag?> shapeOf, Func<string?> leftOut)
    {
        _tags = tags;
        _leftOut = new(leftOut);
        var current = shapeOf(running)?.Numbers;
        Numbers = current?.Count;
        _same = current is null ? [] : [.. tags.Select(tag => shapeOf(tag) is { } shaped ? CountSame(shaped.Numbers, current) : current.Count)];
        _begins = current is null ? [] : [.. Enumerable.Range(0, current.Count + 1).Select(same => Array.FindIndex(_same, one => one >= same))];
    }

    /// <summary>How many numbers the running tag has; null where it spells no version, so that there are no steps.</summary>
    public int? Numbers { get; }

    /// <summary>The best newer tag that the policy leaves out; null where it leaves out none.</summary>
    public string? LeftOut => _leftOut.Value;

    public int Count => _tags.Count;

    public string this[int index] => _tags[index];

    /// <summary>Those that keep so many of the running tag's first numbers, the best first.</summary>
    public IEnumerable<string> Step(int same)
    {
        if (_begins[same] < 0) yield break;
        for (var i = _begins[same]; i < _tags.Count; i++)
        {
            if (_same[i] >= same) yield return _tags[i];
        }
    }

    public IEnumerator<string> GetEnumerator() => _tags.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int CountSame(IReadOnlyList<BigInteger> numbers, IReadOnlyList<BigInteger> running)
    {
        var same = 0;
        while (same < numbers.Count && same < running.Count && numbers[same] == running[same]) same++;
        return same;
    }
}
