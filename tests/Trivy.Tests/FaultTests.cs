using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests;

/// <summary>Programs in Trivy's place that do what it should not, run by the host's own runner.</summary>
public sealed class FaultTests : IDisposable
{
    private const string Version = """if [ "$1" = version ]; then echo '{"Version":"0.68.2"}'; exit 0; fi""";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new("tool");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo 'Segmentation fault' >&2; exit 139", ScanReasons.Failed, "Trivy ended with exit code 139: Segmentation fault.")]
    [InlineData(
        "printf 'x\\tFATAL\\tFatal error\\tGET https://r: TOOMANYREQUESTS: slow down\\n' >&2; exit 1",
        ScanReasons.RateLimited, "Trivy: the registry throttles")]
    [InlineData("echo this is no report", ScanReasons.Failed, "Trivy's report is not the JSON expected: line 1, byte ")]
    [InlineData("printf '{\"SchemaVersion\":2,\"Results\":[{\"Targ'", ScanReasons.Failed, "Trivy's report is not the JSON expected: ")]
    [InlineData("printf '[]'", ScanReasons.Failed, "Trivy's report is a list")]
    [InlineData("exit 0", ScanReasons.Failed, "Trivy's report is empty.")]
    [InlineData("head -c 1073741824 /dev/zero", ScanReasons.TooLarge, "trivy wrote more than the 1000000 bytes allowed")]
    public async Task Scan_ToolMisbehaves_IsAReasonAndASentence(string script, string reason, string message)
    {
        await using var registry = await Testing.Registries.InMemoryRegistry.StartAsync(Stop);
        var image = Images.Debian();
        registry.Add(Images.Repository, "1", image);
        await using var plugin = await CreateAsync(script);

        var error = await Should.ThrowAsync<ScanException>(() =>
            plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Repository(Images.Repository).Registry, image.Digest), Stop));

        error.Reason.ShouldBe(reason);
        error.Message.ShouldStartWith(message);
    }

    [Fact]
    public async Task Scan_ToolHangs_EndsItWithTheDeadline()
    {
        var started = _folder.File("started");
        await using var plugin = await CreateAsync($"echo $$ > {started}.new; mv {started}.new {started}; sleep 1000");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var scan = plugin.Vulnerabilities.ScanAsync(Requests.Create(), deadline.Token);
        await Wait.UntilAsync("the tool runs", () => File.Exists(started), Deadline, Stop);
        await deadline.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => scan);
        Directory.Exists($"/proc/{(await File.ReadAllTextAsync(started, Stop)).Trim()}").ShouldBeFalse();
    }

    [Fact]
    public async Task Scan_ToolHangs_IsCancelledWithinTwoSecondsAndLeavesNoFolder()
    {
        var started = _folder.File("started");
        await using var plugin = await CreateAsync($"printf %s \"$TMPDIR\" > {started}.new; mv {started}.new {started}; sleep 1000");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var scan = plugin.Vulnerabilities.ScanAsync(Requests.Create(), deadline.Token);
        await Wait.UntilAsync("the tool runs", () => File.Exists(started), Deadline, Stop);

        await deadline.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => scan.WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System, Stop));

        Directory.Exists(await File.ReadAllTextAsync(started, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task Scan_RedHatImage_KeepsNoSbomSinceItCanNotHoldWhatTrivyMatchesBy()
    {
        await using var plugin = await CreateAsync(
            """if [ "$1" = convert ]; then echo '{}'; exit 0; fi; echo '{"SchemaVersion":2,"Metadata":{"OS":{"Family":"redhat","Name":"9.4"}}}'""");

        var result = await plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop);

        result.Documents.ShouldHaveSingleItem();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Plugin> CreateAsync(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tools are scripts for Linux's shell.");
        var path = _folder.Write("trivy", $"#!/bin/sh\n{Version}\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var plugin = Plugin.CreateWithTool(path, ("MaximumOutputBytes", "1000000"));
        await Metadata.WriteFreshAsync(plugin.Cache);
        return plugin;
    }
}
