namespace RegistryOperator.Host.Images;

/// <summary>Which platform represents a multi-platform image where the user chose none: what most clusters run.</summary>
internal static class PreferredPlatforms
{
    /// <summary>The first first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["linux/amd64", "linux/arm64", "linux/arm64/v8"];

    /// <summary>The first of the preferred platforms that is there, else the first there is.</summary>
    /// <param name="all">At least one.</param>
    /// <param name="nameOf">The platform of each, e.g. <c>linux/arm64</c>.</param>
    public static T Choose<T>(IReadOnlyList<T> all, Func<T, string?> nameOf)
        where T : class => Names.Select(name => all.FirstOrDefault(one => nameOf(one) == name)).FirstOrDefault(one => one is not null) ?? all[0];
}
