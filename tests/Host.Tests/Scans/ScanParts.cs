using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>The parts of scanning, made as the tests need them: what a changed constructor or record costs is paid here.</summary>
internal static class ScanParts
{
    public static readonly ReportVersions Versions = new("1.0.0", "tool 1", "db 1");

    /// <summary>An SBOM of one package, which <c>CVE-1</c> may be found in.</summary>
    public static readonly ReportDocument Sbom = Document(SbomMediaTypes.CycloneDxJson, CycloneDx("openssl"));

    public static ScanKinds Kinds { get; } = ScanKinds.Create();

    public static ImageScanResult Passed { get; } = new() { Result = "Passed" };

    public static string CycloneDx(string package) =>
        """{"bomFormat":"CycloneDX","specVersion":"1.6","components":[""" +
        $$"""{"type":"library","bom-ref":"a","name":"{{package}}","version":"1","purl":"pkg:deb/debian/{{package}}@1"}]}""";

    public static ReportDocument Document(string mediaType, string content) => new(mediaType, Encoding.UTF8.GetBytes(content));

    public static Digest DigestOf(string content) => Digest.Compute(Encoding.UTF8.GetBytes(content));

    public static ScannerUse Use(ScannerKind kind, string scanner = "fake") => new(kind, scanner, TimeSpan.FromHours(1), "spec.scanners[0]");

    public static BoundScanner Bound(FakeScanner scanner, TimeProvider? time = null) => Bound(scanner.Guarded(time));

    public static BoundScanner Bound(GuardedImageScanner scanner, OpenedRegistry? registry = null) =>
        new(Use(scanner.Descriptor.Kind, scanner.Descriptor.Name), registry ?? Registry()) { Scanner = scanner, Versions = Versions };

    /// <summary>The Secrets of a resource in the namespace <c>team</c>; of one that needs none, without arguments.</summary>
    public static ResourceSecrets Secrets(params IReadOnlyList<CredentialSecret> secrets) => Secrets(SecretRules.Default, secrets);

    public static ResourceSecrets Secrets(SecretRules rules, params IReadOnlyList<CredentialSecret> secrets) =>
        new(new RegistryResource { Metadata = new ObjectMeta { Namespace = "team", Name = "app" } }, new ManifestSecrets(secrets), rules);

    public static CredentialSecret Secret(string name, params (string Key, string Value)[] data) => new()
    {
        Namespace = "team",
        Name = name,
        Data = data.ToDictionary(entry => entry.Key, entry => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(entry.Value), StringComparer.Ordinal),
    };

    public static ScanWork Work(BoundScanner scanner, string image = "image", string platform = "linux/amd64")
    {
        var chosen = new ChosenPlatform(platform, DigestOf(image));
        return new ScanWork(chosen, scanner);
    }

    public static FakeLane Lane(FakeScanner scanner, TimeProvider time, ScanSettings? settings = null)
    {
        var guarded = scanner.Guarded(time);
        return new FakeLane(new ScannerLane(guarded, settings ?? new ScanSettings(), time), guarded);
    }

    public static ScannerDirectory Directory(TimeProvider time, ILogger<ScannerDirectory> logger, params IEnumerable<GuardedScanner> scanners) =>
        new(Kinds, [.. scanners], new OptionSecrets(new SecretIdentity(folder: null)), time, logger);

    public static ScanExecutor Executor(
        ScannerDirectory directory, IReportStore store, TimeProvider time, ILogger<ScanExecutor> logger, ScanSettings? settings = null) =>
        new(Kinds, directory, store, settings ?? new ScanSettings(), time, logger);

    public static ImageScanning Scanning(
        ScannerDirectory directory, ScanExecutor executor, IReportStore store, TimeProvider time, ScanKinds? kinds = null)
    {
        kinds ??= Kinds;
        var overAll = new RegistryExecutor(kinds, directory, store, executor.Lanes, time, NullLogger<RegistryExecutor>.Instance);
        return new ImageScanning(kinds, directory, executor, new RegistryScanning(kinds, overAll, store, time), store, time);
    }

    public static StoredImageReports StoredReports(IReportStore store, Digest digest, TimeProvider? time = null) =>
        new(store, Registry(), [digest], new StoredKeys(_ => true, _ => true), time ?? new FakeTimeProvider(DateTimeOffset.Parse("2026-01-02T03:04:05Z")));

    public static Report Report(
        ReportKey key,
        DateTimeOffset? created = null,
        ReportVersions? versions = null,
        string method = ScanMethods.Image,
        byte[]? summary = null) =>
        new()
        {
            Key = key,
            Versions = versions ?? Versions,
            Created = created ?? DateTimeOffset.Parse("2026-01-02T03:00:00Z"),
            Method = method,
            Result = "Passed",
            Summary = summary ?? "{}"u8.ToArray(),
        };

    public static ScanImage Image(string tag, params string[] platforms) =>
        new(tag, new PlatformChoices([.. platforms.Select(name => new ChosenPlatform(name, DigestOf(name)))], []), IsInUse: false);

    public static Vulnerability Vulnerability(string id, Severity severity = Severity.High, string package = "openssl") =>
        new() { Id = id, Severity = severity, Package = package, InstalledVersion = "1", FixedVersion = "2" };

    /// <summary>A registry whose client has every manifest, and answers nothing else: for scanners that do not ask it.</summary>
    public static OpenedRegistry Registry(
        string host = "registry.example.com", RegistryCredential? credential = null, string repository = "team/app")
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri($"https://{host}"), repository));
        client.ResolveAsync(default!, CancellationToken.None).ReturnsForAnyArgs(
            call => new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.TryParse(call.Arg<string>(), out var digest) ? digest : default });
        return new OpenedRegistry(client, credential ?? RegistryCredential.Anonymous, TransportSecurity.Default, TestPolicy.Offline);
    }

    public static ImageScanRequest Request(IRegistryClient? client = null, Digest? digest = null, string sbomFormat = SbomFormat.SyftJson) => new()
    {
        Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
        Digest = digest ?? DigestOf("image"),
        Platform = Platform.Parse("linux/amd64"),
        Client = client ?? Substitute.For<IRegistryClient>(),
        Attachments = client is null ? null : Attachments(client, digest ?? DigestOf("image")),
        SbomFormat = sbomFormat,
    };

    /// <summary>What is attached to an image of one platform, in a repository that is known to have no tag for it.</summary>
    public static IImageAttachments Attachments(IRegistryClient client, Digest image) => new RoundAttachments(client, []).Of(image, [image]);
}
