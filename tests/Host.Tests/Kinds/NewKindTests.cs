using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Reports;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Kinds;

/// <summary>
/// What a new kind of scanner needs of the host: <see cref="MalwareKind"/> and its place in a list, nothing else. It is planned, run, stored, shown, cut and
/// printed like those that are there. Its section stands where fields of other versions stand, since the resource has none for it.
/// </summary>
public sealed class NewKindTests : IAsyncLifetime
{
    private readonly ScanKinds _kinds = new(new VulnerabilityKind(), new MalwareKind());
    private readonly ReportSandbox _reports = new();
    private readonly FakeScanner _scanner = new((_, _) => Task.FromResult(new ImageScanResult { Result = "3 files" }))
    {
        Descriptor = new ScannerDescriptor("av", MalwareKind.Name, "1"),
    };
    private IReportStore _store = null!;
    private ScanExecutor _executor = null!;
    private ImageScanning _scanning = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _reports.OpenAsync();
        var time = _reports.Time;
        var directory = new ScannerDirectory(
            _kinds, [_scanner.Guarded(time)], new OptionSecrets(new SecretIdentity(folder: null)), time, new MessageLog<ScannerDirectory>());
        _executor = new ScanExecutor(_kinds, directory, _store, new ScanSettings(), time, new MessageLog<ScanExecutor>());
        _scanning = ScanParts.Scanning(directory, _executor, _store, time, _kinds);
    }

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        await _store.DisposeAsync();
        await _reports.DisposeAsync();
    }

    [Fact]
    public async Task Round_NewKind_IsRunStoredAndShown()
    {
        var image = await RunAsync();

        MalwareKind.SectionOf(image).ShouldBe("3 files");
        var report = (await _store.FindAsync([Digest.Parse(image.Digest!)], Cancel)).ShouldHaveSingleItem();
        (report.Key.Kind, report.Key.Scanner, Encoding.UTF8.GetString(report.Summary.Span)).ShouldBe((MalwareKind.Name, "av", "\"3 files\""));
    }

    [Fact]
    public async Task TableAndReport_NewKind_AreItsOwn()
    {
        var image = await RunAsync();
        var report = (await _store.FindAsync([Digest.Parse(image.Digest!)], Cancel)).ShouldHaveSingleItem();
        var resource = new RegistryResource { Status = new RegistryStatus { Images = [image] } };

        Print(terminal => new ScanTable(terminal, _kinds).Write([resource])).ShouldContain("MALWARE");
        var located = new LocatedReport(new ReportTarget(report.Key.Digest, "linux/amd64", []), report);
        Print(terminal => new ReportTable(terminal, _store, _kinds).WriteAsync([located], Cancel).GetAwaiter().GetResult()).ShouldContain("Infected: 3 files");
    }

    [Fact]
    public async Task Budget_NewKind_IsCutWhereItSaysSo()
    {
        var image = await RunAsync();

        var fitted = new StatusBudget(_kinds, 100).Fit(new RegistryStatus { Images = [image] });

        fitted.Truncated!.Counts["infections"].ShouldBe(1);
    }

    private static string Print(Action<Terminal> write)
    {
        using var output = new StringWriter();
        write(new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false });
        return output.ToString();
    }

    private async Task<ImageStatus> RunAsync()
    {
        var digest = ScanParts.DigestOf("image");
        var round = new RoundScans
        {
            Resource = new RegistryResource { Spec = new RegistrySpec { Url = "https://registry.example.com", Repository = "team/app" } },
            Name = new ResourceName("", "app"),
            Registry = ScanParts.Registry(),
            Secrets = ScanParts.Secrets(),
            Images =
            [
                new InspectedImage(VersionedTag.Read("1.0"))
                {
                    Digest = digest,
                    Details = new ImageDetails { MediaType = MediaTypes.OciManifest, Platforms = ["linux/amd64"] },
                },
            ],
            Statuses = [new ImageStatus { Tag = "1.0", Digest = digest.ToString() }],
        };
        return (await _scanning.RunAsync(round, Cancel)).Images[0];
    }

    /// <summary>Finds infected files: all that the host would know of such a kind.</summary>
    private sealed class MalwareKind : IScanKind
    {
        private const string Section = "malware";

        public static ScannerKind Name { get; } = new("malware");

        public ScannerKind Kind => Name;

        public string OptionsField => "spec.malware.options";

        public IReadOnlyList<StatusCut> Cuts { get; } =
            [new(CutOrder.Findings, "infections", image => SectionOf(image) is null ? 0 : 1, image => image with { OtherFields = null })];

        public static string? SectionOf(ImageStatus image) => image.OtherFields?.GetValueOrDefault(Section).GetString();

        public IEnumerable<ScannerUse> UsesOf(RegistrySpec spec) => [new ScannerUse(Kind, "av", TimeSpan.FromHours(1), "spec.malware.scanner")];

        public ResultSummary Summarize(ImageScanResult result, string scanner) => new(JsonSerializer.SerializeToUtf8Bytes(result.Result));

        public ValueTask<ImageStatus> ShowAsync(
            ImageStatus image, IReadOnlyList<ScannerFindings> findings, RegistrySpec spec, IReportStore store, CancellationToken cancellationToken)
        {
            var sections = findings.SelectMany(found => found.Reports)
                .ToDictionary(_ => Section, report => JsonElement.Parse(report.Summary.Span), StringComparer.Ordinal);
            return ValueTask.FromResult(image with { OtherFields = sections });
        }

        public IEnumerable<ScanColumn> ColumnsOf(IReadOnlyList<ImageStatus> images) => [new ScanColumn("MALWARE", image => SectionOf(image))];

        public IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => [];

        public Task<ReportView> ViewAsync(Report report, IReportStore store, CancellationToken cancellationToken) =>
            Task.FromResult(new ReportView($"Infected: {JsonSerializer.Deserialize<string>(report.Summary.Span)}"));
    }
}
