namespace RegistryOperator.Host.Attachments;

/// <summary>What is known of the tags that a repository has.</summary>
/// <param name="all">All of them; null where there is no complete list: then any tag may be there.</param>
internal sealed class RepositoryTags(IReadOnlyCollection<string>? all)
{
    // Built when first needed: most scanners never ask, and a repository may have many tags.
    private readonly Lazy<HashSet<string>?> _all = new(() => all?.ToHashSet(StringComparer.Ordinal));

    /// <summary>False for a tag that the repository lacks, which need not be asked for.</summary>
    public bool MayHave(string tag) => _all.Value?.Contains(tag) ?? true;
}
