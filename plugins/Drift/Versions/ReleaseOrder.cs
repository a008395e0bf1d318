namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>The order of tags of one shape: total, since what can't be told apart by version is ordered by its text.</summary>
internal sealed class ReleaseOrder : IComparer<ShapedTag>
{
    public static ReleaseOrder Instance { get; } = new();

    public static IComparer<ShapedTag> NewestFirst { get; } = Comparer<ShapedTag>.Create((x, y) => Instance.Compare(y, x));

    public int Compare(ShapedTag? x, ShapedTag? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var order = x.CompareReleaseTo(y);
        return order != 0 ? order : string.CompareOrdinal(x.Tag, y.Tag);
    }
}
