using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tags;

/// <summary>The candidates of a repository, each read in the light of the others.</summary>
internal sealed class TagNames
{
    /// <summary>Asked for only where some are chosen: without a limit all tags stand.</summary>
    private readonly Lazy<HashSet<string>> _floating;

    private TagNames(IReadOnlyList<TagName> all)
    {
        All = all;
        _floating = new Lazy<HashSet<string>>(() =>
        {
            var floating = new FloatingTags(all);
            return all.Where(floating.IsFloating).Select(name => name.Tag.Tag).ToHashSet(StringComparer.Ordinal);
        });
    }

    public IReadOnlyList<TagName> All { get; }

    /// <summary>Those that stand for an image of their own: without aliases of a full version.</summary>
    public IEnumerable<TagName> Standing => All.Where(name => !IsFloating(name));

    public bool IsFloating(TagName name) => _floating.Value.Contains(name.Tag.Tag);

    public static TagNames Read(IReadOnlyList<string> tags)
    {
        var commits = new CommitHashes(tags);
        return new TagNames([.. tags.Select(tag => TagName.Read(tag, commits.Mask(tag)))]);
    }
}
