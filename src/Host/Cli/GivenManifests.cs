using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Cli;

/// <summary>Reads the resources and Secrets that the command line names by their files.</summary>
internal static class GivenManifests
{
    /// <summary>The Secrets in files that <c>-f</c> names.</summary>
    public static ManifestSecrets SecretsOf(ManifestSet manifests) => new(
        manifests.Secrets, manifests.ServiceAccounts, "Give the file that has it with another -f, or correct its name or namespace.");

    /// <summary>Reads them, and says what is to be known of them.</summary>
    /// <param name="files">The files; <c>-</c> for standard input.</param>
    /// <param name="option">How the command line calls them, where their meaning is not plain; else null.</param>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where they can't be used, which is said then.</returns>
    /// <exception cref="InputException">There is no resource in them.</exception>
    public static async Task<ManifestSet?> ReadAsync(string[] files, string? option, Terminal terminal, CancellationToken cancellationToken)
    {
        var manifests = await ReadFilesAsync(files, terminal, cancellationToken);
        foreach (var notice in manifests.Notices) terminal.WriteError($"notice: {notice}");
        foreach (var problem in manifests.Problems) terminal.WriteError($"error: {problem}");
        if (manifests.Problems.Count > 0) return null;
        if (manifests.Registries.Count > 0) return manifests;
        var named = string.Join(", ", files);
        throw new InputException(option is null
            ? $"{named}: there is no Registry in it. The README shows one of six lines."
            : $"{option} {named}: there is no Registry in it.");
    }

    /// <summary>Reads what runs; what else is in the files is nobody's concern.</summary>
    /// <returns>Null where they can't be used, which is said then.</returns>
    public static async Task<IReadOnlyList<KindedObject>?> ReadWorkloadsAsync(string[] files, Terminal terminal, CancellationToken cancellationToken)
    {
        var workloads = new List<KindedObject>();
        var isUsable = true;
        // Each alone, to tell which one says nothing.
        foreach (var file in files)
        {
            var manifests = await ReadFilesAsync([file], terminal, cancellationToken);
            foreach (var notice in manifests.WorkloadNotices) terminal.WriteError($"notice: {notice}");
            foreach (var problem in manifests.Problems) terminal.WriteError($"error: {problem}");
            if (manifests.Problems.Count == 0 && WhySilent(file, manifests) is { } silent) terminal.WriteError($"error: {silent}");
            isUsable &= manifests is { Problems.Count: 0, SaysWhatRuns: true };
            workloads.AddRange(manifests.Workloads);
        }

        return isUsable ? workloads : null;
    }

    /// <summary>Taken for an empty cluster, such a file would replace all that is known of what runs.</summary>
    private static string? WhySilent(string file, ManifestSet manifests)
    {
        if (manifests.SaysWhatRuns) return null;
        return manifests.HasDocuments
            ? $"{file}: neither a workload nor a list of resources is in it; 'kubectl get pods,deployments -A -o json' prints one."
            : $"{file}: no resource is in it; did kubectl fail?";
    }

    // Standard input may be an idle terminal, and reading it ignores cancellation: Ctrl-C must not wait for it.
    private static Task<ManifestSet> ReadFilesAsync(string[] files, Terminal terminal, CancellationToken cancellationToken) =>
        Task.Run(() => ManifestFiles.Read(files, terminal.In), cancellationToken).WaitAsync(cancellationToken);
}
