using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>The position of a resource: a whole document, or an item of a list in it.</summary>
/// <param name="Document">The document.</param>
/// <param name="Prefix">The resource's path in it, e.g. <c>items[2]</c>; empty for the document itself.</param>
internal sealed record ManifestSource(YamlDocument Document, string Prefix)
{
    /// <summary>A problem at the value of a field of the resource, e.g. <c>spec.url</c>, or around it where it is not written.</summary>
    public YamlProblem ProblemAt(string path, string message) => Document.ProblemAt(InDocument(path), message);

    /// <summary>A problem at the name of a field.</summary>
    public YamlProblem ProblemAtKey(string path, string message) => Document.ProblemAtKey(InDocument(path), message);

    private string InDocument(string path) => path.Length == 0 ? Prefix : YamlPath.Field(Prefix, path);
}
