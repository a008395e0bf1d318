using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Tools;

/// <summary>
/// Makes real vulnerability databases for Trivy, of a few advisories: Trivy's own is several hundred MB and changes every six hours.
/// The advisories are YAML trees of <c>bucket</c>, <c>pairs</c>, <c>key</c> and <c>value</c>, as in Trivy's own tests
/// (<see href="https://github.com/aquasecurity/trivy-db"/>); examples stand in <c>samples/Demo/advisories</c>.
/// </summary>
public static class TrivyDatabase
{
    /// <summary>The folder of the database in Trivy's cache folder.</summary>
    public const string FolderName = "db";

    private const string Maker = "mkdb";

    /// <summary>True where databases can be made here.</summary>
    public static bool CanBeMade => ServerBinaries.Has(Maker);

    /// <summary>Makes a database, in place of one that is there. Its version is the time it is made; it never expires.</summary>
    /// <param name="cacheDirectory">Trivy's cache folder.</param>
    /// <param name="advisories">Paths of YAML files; what several say of the same package adds up.</param>
    /// <param name="cancellationToken">Ends the maker.</param>
    /// <exception cref="InvalidOperationException">A file is not of the form expected.</exception>
    public static async Task MakeAsync(string cacheDirectory, IEnumerable<string> advisories, CancellationToken cancellationToken)
    {
        // Beside, then moved: a scan that runs meanwhile keeps the file it has open.
        var made = Path.Combine(cacheDirectory, $"{FolderName}-{Guid.NewGuid():N}");
        var target = Directory.CreateDirectory(Path.Combine(cacheDirectory, FolderName)).FullName;
        (await Tool.RunAsync(ServerBinaries.Find(Maker), [made, .. advisories], cancellationToken: cancellationToken)).EnsureSuccess();
        foreach (var file in new DirectoryInfo(made).GetFiles().OrderByDescending(file => file.Name, StringComparer.Ordinal))
            file.MoveTo(Path.Combine(target, file.Name), overwrite: true);
        Directory.Delete(made);
    }
}
