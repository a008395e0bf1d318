using System.Collections.Immutable;

namespace RegistryOperator.Host.Images;

/// <summary>Which platform represents a multi-platform image where the user chose none: what most clusters run.</summary>
internal static class PreferredPlatforms
{
    /// <summary>The first first.</summary>
    public static ImmutableArray<string> Names { get; } = ["linux/amd64", "linux/arm64", "linux/arm64/v8"];

    /// <summary>The first of the preferred platforms that is there, else the first there is.</summary>
    /// <param name="all">At least one.</param>
    /// <param name="nameOf">The platform of each, e.g. <c>linux/arm64</c>.</param>
    public static T Choose<T>(IReadOnlyList<T> all, Func<T, string?> nameOf)
        where T : class => InOrder(all, nameOf)[0];

    /// <summary>The preferred platforms that are there, then the others that have a name, then the rest.</summary>
    /// <param name="all">All.</param>
    /// <param name="nameOf">The platform of each; null or empty where it is not known.</param>
    public static IReadOnlyList<T> InOrder<T>(IReadOnlyList<T> all, Func<T, string?> nameOf)
        where T : class => [.. all.OrderBy(one => Rank(nameOf(one)))];

    private static int Rank(string? name)
    {
        if (string.IsNullOrEmpty(name)) return Names.Length + 1;
        var index = Names.IndexOf(name);
        return index < 0 ? Names.Length : index;
    }
}
