using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Conformance;

/// <summary>The images that a scanner is tried with.</summary>
internal sealed class ScanSample(ScannerConformanceOptions options)
{
    public const string Repository = "conformance/sample";

    private const string OsRelease = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";

    private const string DpkgStatus =
        """
        Package: openssl
        Status: install ok installed
        Priority: optional
        Section: utils
        Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>
        Architecture: amd64
        Version: 3.0.15-1~deb12u1
        Description: Secure Sockets Layer toolkit

        """;

    /// <summary>One image for each of the concurrent scans; the first is the sample.</summary>
    public IReadOnlyList<TestImage> Images { get; } =
        [options.SampleImage ?? Debian(0), .. Enumerable.Range(1, Math.Max(0, options.ConcurrentScans - 1)).Select(Debian)];

    /// <summary>The digest of an image that the registry does not have.</summary>
    public static Digest Missing { get; } = Digest.Compute("no such image"u8);

    public static string Tag(int number) => $"1.{number}.0";

    public void AddTo(InMemoryRegistry registry)
    {
        for (var number = 0; number < Images.Count; number++) registry.Add(Repository, Tag(number), Images[number]);
        foreach (var artifact in options.Artifacts) registry.Add(Repository, tag: null, artifact);
    }

    private static TestImage Debian(int number) => new ImageBuilder()
        .WithLayer(new LayerFile("etc/os-release", OsRelease), new LayerFile("var/lib/dpkg/status", DpkgStatus))
        .WithLayer(new LayerFile("app/version", $"1.{number}.0\n"))
        .WithEntrypoint("/app/run")
        .WithLabel("org.opencontainers.image.version", $"1.{number}.0")
        .Build();
}
