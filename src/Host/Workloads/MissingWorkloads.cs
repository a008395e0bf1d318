using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Workloads;

/// <summary>Says why no workload runs an image of a repository: a wrong namespace, host or mirror is then seen at a glance.</summary>
internal static class MissingWorkloads
{
    /// <summary>Names that are told.</summary>
    private const int MostNames = 5;

    /// <param name="repository">The repository.</param>
    /// <param name="selection">Which workloads were looked at.</param>
    /// <param name="workloads">All that are known.</param>
    /// <param name="images">One image of each name that runs where it was looked.</param>
    public static string Explain(
        RepositoryReference repository, WorkloadSelection selection, IReadOnlyCollection<Workload> workloads, IEnumerable<ImageReference> images)
    {
        if (workloads.Count == 0) return "There are no workloads at all.";
        var covered = workloads.Count(workload => selection.Covers(workload.Namespace));
        if (covered == 0)
        {
            var others = workloads.Select(workload => workload.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return $"Of {Counted.Of(workloads.Count, "workload")}, none is in {Some("namespace", selection.Namespaces)}: they are in {First(others)}.";
        }

        var name = NameOf(repository);
        var where = selection.Namespaces.Count == 0 ? "" : $" in {Some("namespace", selection.Namespaces)}";
        var mirrors = selection.Mirrors.Count == 0 ? "" : $", or of {Some("mirror", selection.Mirrors)}";
        // The same image under another host or path comes first: that is what a wrong mirror looks like.
        var last = LastPart(name);
        var near = images.Select(image => image.Name).OrderByDescending(image => LastPart(image) == last).ThenBy(image => image, StringComparer.Ordinal);
        return $"Of {Counted.Of(covered, "workload")}{where}, none runs an image of {name}{mirrors}: images are {First(near)}.";
    }

    private static string NameOf(RepositoryReference repository)
    {
        var url = repository.Registry;
        var host = url.IsDefaultPort ? url.Host : url.Authority;
        return ImageReference.TryParse($"{host}/{repository.Repository}", out var image) ? image.Name : $"{host}/{repository.Repository}";
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string Some(string what, IReadOnlyList<string> names) => $"the {what}{(names.Count == 1 ? "" : "s")} {First(names)}";

    private static string First(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var rest = all.Length - MostNames;
        return string.Join(", ", all.Take(MostNames)) + (rest > 0 ? $" and {rest} more" : "");
    }
}
