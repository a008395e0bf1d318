using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>What a folder holds.</summary>
/// <param name="Registries">Its resources.</param>
/// <param name="Secrets">Its Secrets.</param>
/// <param name="Problems">What can't be read, and why: what it held before is still among the others.</param>
internal sealed record DirectoryContent(
    IReadOnlyList<RegistryResource> Registries, IReadOnlyList<CredentialSecret> Secrets, IReadOnlyList<YamlProblem> Problems)
{
    /// <summary>False where the folder changed while it was read: a missing resource then does not count as deleted.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Its service accounts.</summary>
    public IReadOnlyList<ServiceAccountManifest> ServiceAccounts { get; init; } = [];

    /// <summary>What runs, by its files.</summary>
    public IReadOnlyList<KindedObject> Workloads { get; init; } = [];

    /// <summary>What of the workloads is not used, and why.</summary>
    public IReadOnlyList<YamlProblem> WorkloadNotices { get; init; } = [];
}

/// <summary>The result of reading a folder once.</summary>
/// <param name="Content">Its content; null where that is not known yet, or is unchanged since it was last returned.</param>
/// <param name="IsSettled">False where it is being changed, and has to be read again soon.</param>
internal sealed record DirectoryLook(DirectoryContent? Content, bool IsSettled);

/// <summary>
/// Reads the YAML files of a folder. A change counts once two reads agree: editors write a file in several steps, and a folder that
/// is replaced file by file lacks a resource for a moment. A file with an error keeps its last valid content, so that saving unfinished
/// work loses no status.
/// </summary>
internal sealed class DirectoryReader(string directory)
{
    /// <summary>After this many differing reads the folder is taken as it is, without deletions: it may never settle.</summary>
    public const int MaximumUnsettledLooks = 10;

    private string? _told;
    private string? _pending;
    private int _unsettledLooks;
    private IReadOnlyList<RegistryManifest> _registries = [];
    private IReadOnlyList<CredentialSecret> _secrets = [];
    private IReadOnlyList<ServiceAccountManifest> _accounts = [];
    private IReadOnlyList<KindedObject> _workloads = [];

    /// <exception cref="IOException">The folder can't be listed, e.g. is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public DirectoryLook Look()
    {
        var files = DirectoryFiles.Read(directory);
        if (files.Identity == _told) return Settled(content: null);
        if (files.Identity == _pending)
        {
            _told = files.Identity;
            return Settled(Parse(files, isComplete: true));
        }

        _pending = files.Identity;
        if (++_unsettledLooks < MaximumUnsettledLooks) return new DirectoryLook(Content: null, IsSettled: false);
        _unsettledLooks = 0;
        // The last returned content is out of date: if the folder settles in that state again, it has to be returned again.
        _told = null;
        return new DirectoryLook(Parse(files, isComplete: false), IsSettled: false);
    }

    /// <summary>Makes the next reads return the whole content again.</summary>
    public void Forget()
    {
        _told = null;
        _pending = null;
        _unsettledLooks = 0;
    }

    private DirectoryLook Settled(DirectoryContent? content)
    {
        _pending = null;
        _unsettledLooks = 0;
        return new DirectoryLook(content, IsSettled: true);
    }

    private DirectoryContent Parse(DirectoryFiles files, bool isComplete)
    {
        var read = ManifestReader.Read(files.Files.Where(file => file.Problem is null)
            .Select(file => new YamlSource(file.Path, new StreamReader(new MemoryStream(file.Content, writable: false)))));
        List<YamlProblem> problems =
        [
            .. files.Files.Where(file => file.Problem is not null).Select(file => YamlProblem.OfFile(file.Path, file.Problem!)),
            .. read.Problems,
        ];
        var broken = problems.Select(problem => problem.File).ToHashSet(StringComparer.Ordinal);
        var isWhole = isComplete && broken.Count == 0;
        var present = read.Registries.Select(now => now.Resource.Metadata.Key).ToHashSet();
        _registries =
        [
            .. read.Registries,
            .. _registries.Where(kept => (!isComplete || broken.Contains(kept.Source.Document.File)) && !present.Contains(kept.Resource.Metadata.Key)),
        ];
        _secrets = Merge(_secrets, read.Secrets, secret => (secret.Namespace, secret.Name), isWhole);
        _accounts = Merge(_accounts, read.ServiceAccounts, account => (account.Namespace, account.Name), isWhole);
        _workloads = Merge(_workloads, read.Workloads, one => (one.Kind, one.Object.Metadata.Namespace, one.Object.Metadata.Name), isWhole);
        return new DirectoryContent([.. _registries.Select(manifest => manifest.Resource)], _secrets, problems)
        {
            IsComplete = isComplete,
            ServiceAccounts = _accounts,
            Workloads = _workloads,
            WorkloadNotices = read.WorkloadNotices,
        };
    }

    /// <summary>What was read. Where a file can't be read, or some may be missing, what was there before is kept as well.</summary>
    private static IReadOnlyList<T> Merge<T, TKey>(IReadOnlyList<T> before, IReadOnlyList<T> read, Func<T, TKey> keyOf, bool isWhole) =>
        isWhole ? read : [.. read, .. before.ExceptBy(read.Select(keyOf), keyOf)];
}
