using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Workloads;

/// <summary>
/// Says why no workload runs an image of a repository: a wrong namespace, host or mirror is then seen at a glance. Whoever may create a resource reads it: of
/// other namespaces it names only images with the repository's own last name, which is what a wrong mirror looks like, and counts the rest.
/// </summary>
internal static class MissingWorkloads
{
    /// <summary>Names that are told.</summary>
    private const int MostNames = 5;

    /// <param name="repository">The repository.</param>
    /// <param name="selection">Which workloads were looked at.</param>
    /// <param name="workloads">All that are known.</param>
    /// <param name="images">The names of images that run where it was looked, and whether a workload that may be named runs it.</param>
    /// <param name="isOwn">Tells of a namespace whether it may be named.</param>
    public static string Explain(
        RepositoryReference repository, WorkloadSelection selection, IReadOnlyCollection<Workload> workloads,
        IEnumerable<(string Name, bool IsOwn)> images, Func<string, bool> isOwn)
    {
        if (workloads.Count == 0) return "There are no workloads at all.";
        var covered = workloads.Count(workload => selection.Covers(workload.Namespace));
        if (covered == 0)
        {
            var all = workloads.Select(workload => workload.Namespace).Distinct(StringComparer.Ordinal).ToArray();
            var shown = all.Where(isOwn).ToArray();
            var others = shown.Length == 0 ? Counted.Of(all.Length, "other namespace") : First(shown.Order(StringComparer.Ordinal), all.Length);
            return $"Of {Counted.Of(workloads.Count, "workload")}, none is in {Some("namespace", selection.Namespaces)}: they are in {others}.";
        }

        var name = NameOf(repository);
        var where = selection.Namespaces.Count == 0 ? "" : $" in {Some("namespace", selection.Namespaces)}";
        var mirrors = selection.Mirrors.Count == 0 ? "" : $", or of {Some("mirror", selection.Mirrors)}";
        var last = LastPart(name);
        var running = images.ToArray();
        var named = Array.FindAll(running, image => image.IsOwn || LastPart(image.Name) == last);
        // The same image under another host or path comes first.
        var near = named.OrderByDescending(image => LastPart(image.Name) == last).ThenBy(image => image.Name, StringComparer.Ordinal);
        if (running.Length == 0)
            return $"Of {Counted.Of(covered, "workload")}{where}, none names an image that can be read, such as {name}:1.0.";
        var told = named.Length > 0
            ? $"images are {First(near.Select(image => image.Name), running.Length)}"
            : $"they run {Counted.Of(running.Length, "image")} of other names";
        return $"Of {Counted.Of(covered, "workload")}{where}, none runs an image of {name}{mirrors}: {told}.";
    }

    private static string NameOf(RepositoryReference repository)
    {
        var url = repository.Registry;
        var host = url.IsDefaultPort ? url.Host : url.Authority;
        return ImageReference.TryParse($"{host}/{repository.Repository}", out var image) ? image.Name : $"{host}/{repository.Repository}";
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string Some(string what, IReadOnlyList<string> names) =>
        $"the {what}{(names.Count == 1 ? "" : "s")} {First(names, names.Count)}";

    /// <summary>The first names, and how many more there are; the rest is not sorted for that.</summary>
    private static string First(IEnumerable<string> names, int count)
    {
        var shown = names.Take(MostNames).ToArray();
        return string.Join(", ", shown) + (count > shown.Length ? $" and {count - shown.Length} more" : "");
    }
}
