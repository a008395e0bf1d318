using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;

namespace RegistryOperator.Host.Tests.Plugins;

/// <summary>Plugin directories in a temporary folder, filled with the build outputs of the sample plugins in tests/Fixtures and of the built-in ones.</summary>
public sealed class PluginSandbox : IDisposable
{
    // Every project's output is artifacts/bin/<project>/<configuration>.
    private static readonly DirectoryInfo OwnOutput = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("plugins-");

    internal string Root => _root.FullName;

    internal FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));

    internal Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Where plugins may keep data; null where none is kept.</summary>
    internal string? DataDirectory { get; set; }

    /// <summary>True leaves the data directory as it is.</summary>
    internal bool IsReading { get; set; }

    internal ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Copies a sample plugin into <paramref name="directory"/> and gives its folder.</summary>
    internal string AddFixture(string fixture, string directory = "plugins", string? folder = null) => Add("Fixtures." + fixture, directory, folder ?? fixture);

    /// <summary>Copies a built-in plugin.</summary>
    internal string AddBuiltIn(string plugin, string directory = "plugins") => Add("RegistryOperator.Plugins." + plugin, directory, plugin);

    /// <summary>Copies a plugin of the samples.</summary>
    internal string AddSample(string sample) => Add(sample, "plugins", sample);

    /// <summary>Makes a folder with the files given.</summary>
    internal string AddFiles(string folder, params (string Name, string Content)[] files)
    {
        var path = Directory.CreateDirectory(Path.Combine(Root, "plugins", folder)).FullName;
        foreach (var (name, content) in files) File.WriteAllText(Path.Combine(path, name), content);
        return path;
    }

    internal Task<PluginCatalog> LoadAsync(params string[] directories) => LoadAsync(TestContext.Current.CancellationToken, directories);

    internal Task<PluginCatalog> LoadAsync(CancellationToken cancellationToken, params string[] directories)
    {
        if (directories is []) directories = ["plugins"];
        return PluginCatalog.LoadAsync(
            directories.Select(directory => new PluginDirectory(Path.Combine(Root, directory), IsRequired: true)),
            new ConfigurationBuilder().AddInMemoryCollection(Settings).Build(),
            DataDirectory,
            IsReading,
            Loggers,
            Time,
            cancellationToken);
    }

    /// <summary>Starts the whole engine with the plugins of the sandbox.</summary>
    internal Task<Engine> StartEngineAsync(
        DirectoryInfo data, TimeProvider time, CancellationToken cancellationToken, ILoggerFactory? loggers = null) => Engine.StartAsync(
            new HostSettings { PluginDirectories = [new PluginDirectory(Path.Combine(Root, "plugins"), IsRequired: true)] },
            data.FullName, loggers ?? NullLoggerFactory.Instance, time, cancellationToken);

    public void Dispose() => _root.Delete(recursive: true);

    private string Add(string project, string directory, string folder)
    {
        var source = Path.Combine(OwnOutput.Parent!.Parent!.FullName, project, OwnOutput.Name);
        var target = Directory.CreateDirectory(Path.Combine(Root, directory, folder)).FullName;
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }
}
