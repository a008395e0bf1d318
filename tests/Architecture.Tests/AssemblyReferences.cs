using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace RegistryOperator.Architecture.Tests;

/// <summary>What a compiled assembly references of ours. The compiler writes down only what is used, so constants don't count.</summary>
/// <param name="Name">Its name.</param>
/// <param name="References">Names of our other assemblies.</param>
internal sealed record OwnReferences(string Name, IReadOnlyList<string> References)
{
    public static OwnReferences Read(Stream assembly)
    {
        using var file = new PEReader(assembly);
        var metadata = file.GetMetadataReader();
        var names = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        return new OwnReferences(
            metadata.GetString(metadata.GetAssemblyDefinition().Name), [.. names.Where(AssemblyReferences.IsOurs).Order(StringComparer.Ordinal)]);
    }
}

/// <summary>Which of our assemblies may reference which others: <c>docs/architecture.md</c>, "The parts".</summary>
internal static class AssemblyReferences
{
    private const string Host = "registry-operator";
    private const string Prefix = "RegistryOperator.";
    private const string PluginPrefix = Prefix + "Plugins.";
    private const string Abstractions = Prefix + "Abstractions";
    private const string Kubernetes = Prefix + "Kubernetes";
    private const string Oci = Prefix + "Oci";
    private const string Reports = Prefix + "Reports";
    private const string Sboms = Prefix + "Sboms";
    private const string Sigstore = Prefix + "Sigstore";
    private const string Sqlite = Prefix + "Reports.Sqlite";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        [Abstractions] = [],
        [Kubernetes] = [],
        [Oci] = [Abstractions],
        [Reports] = [Abstractions],
        [Sboms] = [Abstractions],
        [Sigstore] = [],
        [Sqlite] = [Abstractions, Reports],
        [Prefix + "Templates"] = [],
        [Prefix + "Testing"] = [Abstractions],
        // It brings the verifier along, as any plugin brings a library.
        [PluginPrefix + "Provenance"] = [Abstractions, Sigstore],
        [Host] = [Abstractions, Kubernetes, Oci, Reports, Sboms, Sigstore, Sqlite],
    };

    public static bool IsOurs(string assembly) => assembly == Host || assembly.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A sentence for each reference that breaks a rule, and for an assembly without one.</summary>
    public static IEnumerable<string> Problems(OwnReferences assembly)
    {
        var isPlugin = assembly.Name.StartsWith(PluginPrefix, StringComparison.Ordinal);
        if (!isPlugin && !Allowed.ContainsKey(assembly.Name)) return [$"{assembly.Name} has no rule: say here what it may reference."];
        var allowed = Allowed.GetValueOrDefault(assembly.Name, [Abstractions]);
        return assembly.References.Except(allowed, StringComparer.Ordinal).Select(reference => $"{assembly.Name} -> {reference}");
    }

    /// <summary>The assemblies of all projects below a folder, as they were built together with these tests.</summary>
    public static IEnumerable<OwnReferences> BuiltFrom(string folder)
    {
        var ownOutput = new DirectoryInfo(AppContext.BaseDirectory);
        var parts = Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, folder));
        // Deeper ones are the content of a template, which is not built here.
        foreach (var project in parts.SelectMany(part => Directory.EnumerateFiles(part, "*.csproj")))
        {
            var projectName = Path.GetFileNameWithoutExtension(project);
            var assemblyName = XDocument.Load(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? projectName;
            using var file = File.OpenRead(Path.Combine(ownOutput.Parent!.Parent!.FullName, projectName, ownOutput.Name, assemblyName + ".dll"));
            yield return OwnReferences.Read(file);
        }
    }
}
