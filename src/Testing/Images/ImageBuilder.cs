using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>
/// Builds a real image: gzip-compressed layers, a configuration, a manifest. The same calls give the same bytes and digests. An image is
/// for <c>linux/amd64</c>, in OCI format, made on 1 January 2025, unless it is told otherwise.
/// </summary>
/// <example><code>
/// var image = new ImageBuilder()
///     .WithLayer(new LayerFile("etc/os-release", "ID=debian\nVERSION_ID=12\n"))
///     .WithEntrypoint("/app").WithUser("65532")
///     .Build();
/// </code></example>
public sealed class ImageBuilder
{
    /// <summary>When an image was made that does not say.</summary>
    public static readonly DateTimeOffset DefaultCreated = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<LayerArchive> _layers = [];
    private readonly List<ImageHistory> _history = [];
    private readonly List<string> _environment = [];
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonElement> _ports = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private ImageFormat _format = ImageFormat.Oci;
    private Platform _platform = Platform.Parse("linux/amd64");
    private DateTimeOffset? _created = DefaultCreated;
    private ContainerConfiguration _container = new();
    private string? _author;
    private Descriptor? _subject;

    /// <summary>Sets whose media types the image carries.</summary>
    public ImageBuilder WithFormat(ImageFormat format) => Set(() => _format = format);

    /// <summary>Sets the platform, <c>os/architecture[/variant]</c>.</summary>
    public ImageBuilder WithPlatform(string platform) => Set(() => _platform = Platform.Parse(platform));

    /// <summary>Adds a layer of files.</summary>
    public ImageBuilder WithLayer(params IEnumerable<LayerFile> files) => Set(() => _layers.Add(LayerArchive.Pack(files)));

    /// <summary>Adds a layer of text files, path to content.</summary>
    public ImageBuilder WithLayer(IReadOnlyDictionary<string, string> files) =>
        WithLayer(files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new LayerFile(file.Key, file.Value)));

    /// <summary>Adds a layer with one file that does not compress.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="seed">Layers of different seeds differ.</param>
    public ImageBuilder WithFillerLayer(int size, int seed = 0)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return WithLayer(new LayerFile($"filler-{seed}", content));
    }

    /// <summary>Sets when the image was made; null leaves it out.</summary>
    public ImageBuilder WithCreated(DateTimeOffset? created) => Set(() => _created = created);

    /// <summary>Sets the author.</summary>
    public ImageBuilder WithAuthor(string author) => Set(() => _author = author);

    /// <summary>Adds an environment variable.</summary>
    public ImageBuilder WithEnvironment(string name, string value) => Set(() => _environment.Add($"{name}={value}"));

    /// <summary>Sets the entry point.</summary>
    public ImageBuilder WithEntrypoint(params string[] entrypoint) => Set(() => _container = _container with { Entrypoint = entrypoint });

    /// <summary>Sets the default arguments.</summary>
    public ImageBuilder WithCommand(params string[] command) => Set(() => _container = _container with { Command = command });

    /// <summary>Sets the user, a name or UID with an optional group.</summary>
    public ImageBuilder WithUser(string user) => Set(() => _container = _container with { User = user });

    /// <summary>Sets the working directory.</summary>
    public ImageBuilder WithWorkingDirectory(string path) => Set(() => _container = _container with { WorkingDirectory = path });

    /// <summary>Adds a label.</summary>
    public ImageBuilder WithLabel(string name, string value) => Set(() => _labels[name] = value);

    /// <summary>Adds an exposed port, <c>port[/protocol]</c>.</summary>
    public ImageBuilder WithExposedPort(string port) => Set(() => _ports[port] = default);

    /// <summary>Adds a line of history.</summary>
    /// <param name="createdBy">The command.</param>
    /// <param name="emptyLayer">True where it made no layer.</param>
    public ImageBuilder WithHistory(string createdBy, bool emptyLayer = false) => Set(() => _history.Add(new ImageHistory(createdBy, emptyLayer)));

    /// <summary>Adds an annotation to the manifest.</summary>
    public ImageBuilder WithAnnotation(string name, string value) => Set(() => _annotations[name] = value);

    /// <summary>Makes the image refer to another manifest.</summary>
    public ImageBuilder WithSubject(Descriptor subject) => Set(() => _subject = subject);

    /// <summary>Builds the image. The builder may be changed and used again.</summary>
    public TestImage Build()
    {
        var config = new TestBlob(_format.Config(), ImageConfigWriter.Write(Configuration(), [.. _layers.Select(layer => layer.DiffId)], _history));
        var layers = _layers.Select(layer => new TestBlob(_format.Layer(), layer.Content)).ToArray();
        var manifest = OciWriter.WriteManifest(new ImageManifest
        {
            MediaType = _format.Manifest(),
            Config = config.Descriptor,
            Layers = [.. layers.Select(layer => layer.Descriptor)],
            Subject = _subject,
            Annotations = _annotations,
        });
        return new TestImage(_format.Manifest(), manifest, _platform, config, layers);
    }

    private ImageConfiguration Configuration() => new()
    {
        Created = _created,
        Author = _author,
        Os = _platform.Os,
        Architecture = _platform.Architecture,
        Variant = _platform.Variant,
        Config = _container with { Environment = _environment.Count > 0 ? _environment : null, Labels = _labels, ExposedPorts = _ports },
    };

    private ImageBuilder Set(Action change)
    {
        change();
        return this;
    }
}
