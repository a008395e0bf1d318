using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>A plugin directory with plugins of <c>samples/plugins</c>, which <c>eng/samples</c> has built against the packages.</summary>
internal sealed class SamplePlugins : IDisposable
{
    /// <summary>Every sample.</summary>
    public static readonly string[] All = ["AdvisoryFeed", "AttachmentInventory", "BuildStatements", "MountedCredentials", "SkopeoFolders", "StaleTags"];

    private readonly TemporaryFolder _folder = new("samples");

    public SamplePlugins(params IEnumerable<string> samples)
    {
        foreach (var sample in samples) CopyTo(_folder.Path, sample);
    }

    /// <summary>The directory.</summary>
    public string Path => _folder.Path;

    /// <summary>Copies one into a plugin directory.</summary>
    public static void CopyTo(string directory, string sample)
    {
        var output = System.IO.Path.Combine(Product.RepositoryRoot, "artifacts", "bin", sample, "release");
        if (!Directory.Exists(output)) throw new InvalidOperationException($"The sample {sample} is not built: run eng/samples.");
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(directory, sample)).FullName;
        foreach (var file in Directory.GetFiles(output)) File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)));
    }

    /// <summary>The content of the samples' folders.</summary>
    public string[] FilesOf(string sample) => [.. Directory.GetFiles(System.IO.Path.Combine(Path, sample)).Select(file => System.IO.Path.GetFileName(file))];

    public void Dispose() => _folder.Dispose();
}
