using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>Reads the manifests named on the command line.</summary>
internal static class ManifestFiles
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads files, folders (their YAML and JSON files in the order of their names) and <c>-</c> for <paramref name="standardInput"/>.</summary>
    public static ManifestSet Read(IEnumerable<string> paths, TextReader standardInput)
    {
        var problems = new List<YamlProblem>();
        var sources = new List<YamlSource>();
        try
        {
            foreach (var path in paths.SelectMany(path => Expand(path, problems)))
            {
                if (path == StandardInput) sources.Add(new YamlSource("stdin", standardInput));
                else if (TryOpen(path, problems) is { } reader) sources.Add(new YamlSource(path, reader));
            }
            var manifests = ManifestReader.Read(sources);
            return manifests with { Problems = [.. problems, .. manifests.Problems] };
        }
        finally
        {
            foreach (var source in sources.Where(source => source.Reader != standardInput)) source.Reader.Dispose();
        }
    }

    private static List<string> Expand(string path, List<YamlProblem> problems)
    {
        if (!Directory.Exists(path)) return [path];
        var files = Directory.EnumerateFiles(path)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Where(file => IsFile(file, problems))
            .Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) problems.Add(YamlProblem.OfFile(path, "the folder holds no .yaml, .yml or .json file"));
        return files;
    }

    /// <summary>What a user names may be a pipe; in a folder, one would wait for a writer for ever, and a device may never end.</summary>
    private static bool IsFile(string path, List<YamlProblem> problems)
    {
        try
        {
            var target = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
            if (UnixFiles.Look(target) is not { Kind: FileKind.Other }) return true;
            problems.Add(YamlProblem.OfFile(path, "is no file, but a pipe or a device"));
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Opening it tells why it can't be read.
            return true;
        }
    }

    private static StreamReader? TryOpen(string path, List<YamlProblem> problems)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = exception is FileNotFoundException or DirectoryNotFoundException ? "no such file" : "can't be read: " + exception.Message;
            problems.Add(YamlProblem.OfFile(path, reason));
            return null;
        }
    }
}
