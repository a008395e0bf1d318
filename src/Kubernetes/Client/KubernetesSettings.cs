using k8s;
using k8s.KubeConfigModels;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>Finds how to reach a cluster.</summary>
internal static class KubernetesSettings
{
    private const string Variable = "KUBECONFIG";

    /// <summary>The settings, and where they came from.</summary>
    /// <exception cref="KubernetesConnectionException">No settings are found, or they can't be used.</exception>
    public static (KubernetesClientConfiguration Configuration, string Source) Find(string? kubeconfig, string? context)
    {
        if (kubeconfig is not null) return Load([kubeconfig], context);

        // A list of files, as PATH is (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
        const StringSplitOptions WithoutEmpty = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var listed = Environment.GetEnvironmentVariable(Variable)?.Split(Path.PathSeparator, WithoutEmpty) ?? [];
        if (listed.Length > 0) return Load(listed, context);

        // A context belongs to a kubeconfig: with one given, the pod's service account is not meant.
        if (context is null && KubernetesClientConfiguration.IsInCluster())
            return (Read("the pod's service account", KubernetesClientConfiguration.InClusterConfig), "the pod's service account");

        var home = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        if (File.Exists(home)) return Load([home], context);

        throw new KubernetesConnectionException(
            $"Found no Kubernetes cluster: {Variable} is not set, there is no {home}, and this is not a pod with a service account. " +
            $"Name a kubeconfig file, or set {Variable}.");
    }

    private static (KubernetesClientConfiguration, string) Load(string[] paths, string? context)
    {
        // kubectl skips files of the list that do not exist; where none does, it is an error.
        var files = paths.Where(File.Exists).Select(path => new FileInfo(path)).ToArray();
        if (files.Length == 0 && Array.Find(paths, Directory.Exists) is { } folder)
            throw new KubernetesConnectionException($"The kubeconfig {folder} is a folder. Name a file.");
        if (files.Length == 0)
            throw new KubernetesConnectionException($"The kubeconfig {string.Join(", ", paths)} does not exist. Name one that does.");

        var source = $"kubeconfig {string.Join(", ", files.Select(file => file.FullName))}";
        var configuration = Read(source, () => KubernetesClientConfiguration.BuildConfigFromConfigObject(Merge(files), context));
        return (configuration, configuration.CurrentContext is { } current ? $"{source}, context {current}" : source);
    }

    // Entries are looked up by name and the first is taken, which is the rule for merging. Relative paths count from the first file.
    private static K8SConfiguration Merge(FileInfo[] files)
    {
        var parts = Array.ConvertAll(files, file => KubernetesClientConfiguration.LoadKubeConfig(file));
        var merged = parts[0];
        merged.CurrentContext = parts.Select(part => part.CurrentContext).FirstOrDefault(name => !string.IsNullOrEmpty(name));
        merged.Contexts = [.. parts.SelectMany(part => part.Contexts ?? [])];
        merged.Clusters = [.. parts.SelectMany(part => part.Clusters ?? [])];
        merged.Users = [.. parts.SelectMany(part => part.Users ?? [])];
        return merged;
    }

    // KubernetesClient throws many types here (YAML, base64, certificates, files), which mean the same to a user.
    private static KubernetesClientConfiguration Read(string source, Func<KubernetesClientConfiguration> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new KubernetesConnectionException($"Can't use {source}: {e.Message}", e);
        }
    }
}
