namespace RegistryOperator.Host.Tags;

/// <summary>
/// The variants of one release. They were made together: where two of them have one time, so have the others.
/// </summary>
internal sealed class ReleaseNode : ReleaseTreeNode
{
    /// <summary>So many shapes of variants are read where their times differ.</summary>
    private const int MostShapes = 16;

    private readonly List<TagLeaf[]> _shapes;

    public ReleaseNode(IReadOnlyCollection<TagName> names, bool newestFirst)
    {
        Count = names.Count;
        var first = true;
        _shapes = [];
        var shapes = names.GroupBy(name => name.Shape, StringComparer.Ordinal);
        foreach (var shape in shapes.OrderBy(shape => WordsOf(shape.Key)).ThenBy(shape => shape.Key, StringComparer.Ordinal))
        {
            var ordered = shape.OrderBy(name => name, VariantOrder.Instance);
            _shapes.Add([.. (newestFirst ? ordered.Reverse() : ordered).Select(name => new TagLeaf(name) { MayBeAlias = !first })]);
            first = false;
        }
    }

    public override IEnumerable<TagLeaf> Leaves => _shapes.SelectMany(shape => shape.TakeWhile(leaf => leaf.Image is not null));

    public override IEnumerable<TagLeaf> All => _shapes.SelectMany(shape => shape);

    public override TagLeaf First => _shapes[0][0];

    public override int Count { get; }

    public override IEnumerable<Offer> Offers(SearchState state, long estimate)
    {
        var ranks = _shapes.Where(shape => shape[0].Image is not null).DistinctBy(shape => shape[0].Image!.Digest).Select(shape => shape[0].Rank).ToList();
        var agree = ranks.Count > 1 && ranks.Distinct().Count() == 1;
        var looked = 0;
        foreach (var shape in _shapes)
        {
            var read = Array.FindLastIndex(shape, leaf => leaf.Image is not null);
            if (read < 0)
            {
                if ((agree && !state.IsWanted(ranks[0])) || looked++ >= MostShapes) continue;
                yield return new Offer(shape[0], estimate == long.MaxValue ? estimate : estimate + 1);
                if (ranks.Count < 2 && !state.IsWanted(ranks.FirstOrDefault())) yield break;
            }
            else
            {
                looked++;
                var goesOn = shape[read].Rank is { } rank ? state.IsWanted(rank) || (read == 0 && state.IsChosen(shape[read].Image!)) : read < MostUndated;
                if (read + 1 < shape.Length && goesOn)
                    yield return new Offer(shape[read + 1], shape[read].Rank ?? estimate);
            }
        }
    }

    private static int WordsOf(string shape) => shape.Length == 0 ? 0 : 1 + shape.Count(character => character is '-' or '_' or '.' or '#');
}
