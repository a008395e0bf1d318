using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Plugins.Drift.Advice;

/// <summary>The packages of an image by type and name, each with all its versions: several of one name are usual where applications bring their own.</summary>
internal sealed class ImagePackages
{
    /// <summary>Packages that are listed of one update.</summary>
    public const int MostListed = 100;

    private readonly SortedDictionary<(string Type, string Name), string> _versions;

    private ImagePackages(SortedDictionary<(string Type, string Name), string> versions) => _versions = versions;

    public int Count => _versions.Count;

    public static ImagePackages Of(Sbom sbom)
    {
        var versions = new SortedDictionary<(string Type, string Name), string>(Comparer<(string Type, string Name)>.Create(
            (left, right) => string.CompareOrdinal(left.Type, right.Type) is var type and not 0 ? type : string.CompareOrdinal(left.Name, right.Name)));
        foreach (var package in sbom.Packages.GroupBy(package => (package.Type, package.Name)))
            versions[package.Key] = string.Join(", ", package.Select(one => one.Version).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return new ImagePackages(versions);
    }

    /// <summary>What differs in another image; null where one of the two has no packages at all, as where its package database was deleted.</summary>
    public PackageChanges? ChangesTo(ImagePackages update)
    {
        if (Count == 0 != (update.Count == 0)) return null;
        var gone = _versions.Where(pair => !update._versions.ContainsKey(pair.Key))
            .Select(pair => new PackageChange(pair.Key.Type, pair.Key.Name, pair.Value, null)).ToArray();
        var come = update._versions.Where(pair => !_versions.ContainsKey(pair.Key))
            .Select(pair => new PackageChange(pair.Key.Type, pair.Key.Name, null, pair.Value)).ToArray();
        var other = _versions.Where(pair => update._versions.TryGetValue(pair.Key, out var version) && version != pair.Value)
            .Select(pair => new PackageChange(pair.Key.Type, pair.Key.Name, pair.Value, update._versions[pair.Key])).ToArray();
        return new PackageChanges
        {
            Added = come.Length,
            Removed = gone.Length,
            Changed = other.Length,
            List = [.. other.Concat(come).Concat(gone).Take(MostListed)],
        };
    }
}
