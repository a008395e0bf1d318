using System.Globalization;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Sboms.Packages;

/// <summary>
/// The packages of a document while it is read; ensures that identifiers are unique. Tools have written the same identifier for several packages, and the same
/// package several times: none is lost, and dependencies are those of the first.
/// </summary>
internal sealed class PackageList
{
    private readonly List<PackageBuilder> _packages = [];
    private readonly Dictionary<string, PackageBuilder> _byId = new(StringComparer.Ordinal);
    private int _repeated;

    /// <summary>Adds a package, after its last member was read.</summary>
    /// <param name="package">The package.</param>
    /// <param name="cursor">At its end; for messages.</param>
    /// <param name="idName">The identifier's member, for messages.</param>
    /// <exception cref="SbomFormatException">It has no name or identifier.</exception>
    public void Add(PackageBuilder package, ref JsonCursor cursor, string idName)
    {
        if (package.Name is null) throw cursor.Fault("has no 'name'");
        if (string.IsNullOrEmpty(package.Id)) throw cursor.Fault($"(package '{package.Name}') has no '{idName}'");
        if (!_byId.TryAdd(package.Id, package))
        {
            if (package.IsSameAs(_byId[package.Id])) return;
            package.Id = string.Create(CultureInfo.InvariantCulture, $"{package.Id} (repeated {++_repeated})");
        }

        _packages.Add(package);
    }

    /// <summary>All packages but some.</summary>
    public IReadOnlyList<SbomPackage> Build(Func<PackageBuilder, bool>? isLeftOut = null)
    {
        var packages = new List<SbomPackage>(_packages.Count);
        foreach (var package in _packages)
            if (isLeftOut is null || !isLeftOut(package)) packages.Add(package.Build());
        return packages;
    }
}
