using System.Diagnostics;
using System.Net;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Tests.Reports;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>The operator's start and end, over an empty folder.</summary>
public sealed class RunCommandTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("run-");
    private readonly HttpClient _client = new();

    private string DataDirectory => Path.Combine(_root.FullName, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task Run_EngineTakesLongToStart_AnswersProbesMeanwhile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        // The engine reads its settings before all else, and who opens a pipe waits for the other side: it stands for a long check of the store.
        var settings = Path.Combine(_root.FullName, "settings.json");
        using (var make = Process.Start("mkfifo", [settings])) await make.WaitForExitAsync(Token);
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, "--listen", url, "--data-dir", DataDirectory, "--config", settings);

        await WaitForAsync(url + "/healthz", HttpStatusCode.OK, run);
        (await _client.GetAsync(url + "/readyz", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using (var early = await _client.GetAsync(url + "/api/v1/search?q=bash", Token))
        {
            early.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await early.Content.ReadAsStringAsync(Token)).ShouldContain("not open yet");
        }

        await Task.Run(() => WriteToPipe(settings, "{}"u8), Token).WaitAsync(Deadline, TimeProvider.System, Token);
        await WaitForAsync(url + "/readyz", HttpStatusCode.OK, run);
        (await _client.GetAsync(url + "/api/v1/search?q=bash", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stopping.CancelAsync();

        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(url + "/healthz", Token));
    }

    [Fact]
    public async Task Run_EngineCannotStart_EndsWithTheWebServer()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";

        (await RunAsync(Token, "--listen", url, "--data-dir", DataDirectory, "--set", "Reports:MaximumTotalMiB=0").WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.BadInput);

        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(url + "/healthz", Token));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("http://127.0.0.1:0")]
    public async Task Run_StoppedWhileItStarts_EndsWithoutAnError(string listen)
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        (await RunAsync(stopped.Token, "--listen", listen, "--data-dir", DataDirectory).WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task Run_FileRemovedWhileNoneRan_ForgetsItsResource()
    {
        await using var reports = new ReportSandbox();
        await using (var store = await reports.OpenAsync()) await store.SetImagesAsync(ReportSandbox.Shop, [ReportSandbox.Tagged("1.0", ReportSandbox.Image("a"))], Token);
        var status = Path.Combine(_root.CreateSubdirectory("registries/.status").FullName, "shop.web.json");
        await File.WriteAllTextAsync(status, "{}", Token);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, "--listen", "none", "--data-dir", reports.DataDirectory);
        await using var reader = await reports.OpenAsync(options => options with { IsReadOnly = true });

        await Wait.UntilAsync("the images are forgotten", async token => run.IsCompleted || (await reader.GetImagesAsync(ReportSandbox.Shop, token)).Count == 0, Deadline, Token);

        run.IsCompleted.ShouldBeFalse();
        File.Exists(status).ShouldBeFalse();
        await stopping.CancelAsync();
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    private Task<int> RunAsync(CancellationToken stopping, params string[] arguments)
    {
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, ShowsProgress = false, IsOutputTerminal = false };
        string[] all = ["run", "--directory", _root.CreateSubdirectory("registries").FullName, "--log-level", "Error", .. arguments];
        return Task.Run(() => CommandLine.RunAsync(all, terminal, stopping), Token);
    }

    private static void WriteToPipe(string path, ReadOnlySpan<byte> content)
    {
        using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write);
        pipe.Write(content);
    }

    private async Task WaitForAsync(string url, HttpStatusCode expected, Task<int> run)
    {
        await Wait.UntilAsync($"{url} answers {expected}", async token => run.IsCompleted || (await _client.GetAsync(url, token)).StatusCode == expected, Deadline, Token);
        if (run.IsCompleted) Assert.Fail($"It ended with {await run} before {url} answered {expected}.");
    }
}
