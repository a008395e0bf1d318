namespace RegistryOperator.Host.Tags;

internal enum LineLevel
{
    Majors,
    Minors,
    Releases,
}

/// <summary>
/// Lines or releases in version order. Old ones get patches after new ones have begun, so that a few in a row have to be worse before the rest
/// is taken to be so.
/// </summary>
internal sealed class LineNode : ReleaseTreeNode
{
    private readonly List<ReleaseTreeNode> _children;
    private readonly int _patience;

    public LineNode(LineLevel level, IEnumerable<ReleaseTreeNode> children)
    {
        _children = [.. children];
        _patience = level switch { LineLevel.Majors => 5, LineLevel.Minors => 4, _ => 2 };
        Count = _children.Sum(child => child.Count);
    }

    public override IEnumerable<TagLeaf> Leaves => _children.TakeWhile(child => child.IsBegun).SelectMany(child => child.Leaves);

    public override IEnumerable<TagLeaf> All => _children.SelectMany(child => child.All);

    /// <summary>True for a word or a commit, which stand alone.</summary>
    public bool IsUnordered => First.Name.Version is null;

    public override TagLeaf First => _children[0].First;

    public override int Count { get; }

    public override IEnumerable<Offer> Offers(SearchState state, long estimate)
    {
        var misses = 0;
        var best = long.MinValue;
        foreach (var child in _children)
        {
            if (!child.IsBegun)
            {
                // Whatever this one will turn out to be, so many are read.
                yield return new Offer(child.First, estimate);
                if (state.IsKnown(child.First)) continue;
                if (++misses >= Math.Max(_patience, state.AtOnce)) yield break;
                continue;
            }

            estimate = child.Best;
            if (child.IsOpen(state))
            {
                foreach (var offer in child.Offers(state, estimate)) yield return offer;
                misses = 0;
            }
            else
            {
                // Where it gets better on the way, it may go on so.
                misses = estimate > best ? 1 : misses + 1;
                if (misses >= _patience) yield break;
            }

            best = Math.Max(best, estimate);
        }
    }
}
