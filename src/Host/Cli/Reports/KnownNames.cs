using RegistryOperator.Reports;
using RegistryOperator.Reports.Search;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>What a user can ask for, where he asked for something that is not known.</summary>
internal static class KnownNames
{
    /// <summary>How many are named.</summary>
    private const int Maximum = 10;

    /// <summary>The repository's tags where it is known, else the repositories; those first whose names are nearest. Empty where nothing is known.</summary>
    /// <param name="store">Where it is looked up.</param>
    /// <param name="repository">As the user wrote it; null for none.</param>
    /// <param name="tag">As the user wrote it; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string> DescribeAsync(IReportStore store, string? repository, string? tag, CancellationToken cancellationToken)
    {
        var all = await store.FindRepositoriesAsync(cancellationToken);
        if (all.Count == 0) return "";
        var own = repository is null ? [] : all.Where(one => ImageName.IsRepository(one.Name, repository) || one.Resource.ToString() == repository).ToArray();
        if (own.Length > 0 && await TagsAsync(store, own, cancellationToken) is { Count: > 0 } tags)
            return $"Known tags of {own[0].Name}: {Nearest(tags, tag ?? "")}.";
        var names = all.Select(one => $"{one.Name} ({one.Resource})").Distinct(StringComparer.Ordinal).ToList();
        return $"Known repositories: {Nearest(names, repository ?? tag ?? "", IsLike)}.";

        static string IsLike(string shown) => ImageName.PathOf(shown[..shown.IndexOf(" (", StringComparison.Ordinal)]);
    }

    /// <summary>What to write in the place of a repository; null where it is not known.</summary>
    public static async Task<string?> ImagesOfRepositoryAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        var own = (await store.FindRepositoriesAsync(cancellationToken)).Where(one => ImageName.IsRepository(one.Name, name)).ToArray();
        return own.Length == 0 ? null : $"'{name}' is a repository: {await ImagesAsync(store, own, cancellationToken)}";
    }

    /// <summary>What to write in the place of a resource about whose images together there is no report; null where it is not known.</summary>
    public static async Task<string?> ImagesOfResourceAsync(IReportStore store, string name, CancellationToken cancellationToken)
    {
        var own = (await store.FindRepositoriesAsync(cancellationToken)).Where(one => one.Resource.ToString() == name).ToArray();
        return own.Length == 0 ? null : $"There is no report about all images of {name} together: {await ImagesAsync(store, own, cancellationToken)}";
    }

    private static async Task<string> ImagesAsync(IReportStore store, KnownRepository[] own, CancellationToken cancellationToken)
    {
        var tags = await TagsAsync(store, own, cancellationToken);
        var example = $"name one of its images, e.g. {own[0].Name}:{(tags.Count > 0 ? tags[0] : "1.0")}.";
        return tags.Count > 1 ? $"{example} Its tags: {Nearest(tags, "")}." : example;
    }

    /// <summary>Of images first, for these have reports; what was only seen of tags is more.</summary>
    private static async Task<IReadOnlyList<string>> TagsAsync(IReportStore store, KnownRepository[] own, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        foreach (var resource in own.Select(one => one.Resource).Distinct())
            tags.AddRange((await store.GetImagesAsync(resource, cancellationToken)).Where(image => image.Repository == own[0].Name).Select(image => image.Tag));
        if (tags.Count == 0) tags.AddRange((await store.FindTagHistoryAsync(own[0].Name, tag: null, cancellationToken)).Select(one => one.Tag));
        return [.. tags.Distinct(StringComparer.Ordinal)];
    }

    private static string Nearest(IReadOnlyList<string> names, string asked, Func<string, string>? text = null)
    {
        var sorted = names.OrderBy(name => asked.Length == 0 ? 0 : NearestName.Distance(asked, text?.Invoke(name) ?? name)).Take(Maximum);
        return string.Join(", ", sorted) + (names.Count > Maximum ? $" and {names.Count - Maximum} more" : "");
    }
}
