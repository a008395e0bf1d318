using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli.Run;

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

    [Theory]
    [InlineData("--directory DIR --kubeconfig FILE", "--kubeconfig is about a cluster, and --directory in its place")]
    [InlineData("--directory DIR --context kind", "--context is about a cluster")]
    [InlineData("--directory DIR -n shop", "--namespace is about a cluster")]
    [InlineData("--directory DIR --listen none --share-reports", "--share-reports is about what is served, and '--listen none' serves nothing")]
    [InlineData("--directory DIR --listen none --api-token-file FILE", "--api-token-file is about what is served")]
    public async Task Run_OptionsThatContradictEachOther_AreBadInput(string arguments, string error)
    {
        var run = await CommandRun.StartAsync(["run", .. arguments.Replace("DIR", _root.FullName, StringComparison.Ordinal).Split(' ')]);

        (run.ExitCode, run.Output).ShouldBe((2, ""));
        run.Error.ShouldStartWith($"error: {error}");
        _root.EnumerateFileSystemInfos().ShouldBeEmpty();
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
        using (var refused = await _client.GetAsync(url + "/api/v1/search?q=bash", Token)) refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        UseToken();
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

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.OK, "--share-reports")]
    public async Task Run_ShareReports_AnswersWhoAsksByAnotherName(HttpStatusCode expected, params string[] arguments)
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, ["--listen", url, "--data-dir", DataDirectory, .. arguments]);
        await WaitForAsync(url + "/readyz", HttpStatusCode.OK, run);

        UseToken();
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "/api/v1/search?q=bash") { Headers = { Host = "operator.example.com" } };
        using (var answer = await _client.SendAsync(request, Token)) answer.StatusCode.ShouldBe(expected);

        await stopping.CancelAsync();
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task Run_EngineCannotStart_EndsWithTheWebServer()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";

        var run = RunAsync(Token, "--listen", url, "--data-dir", DataDirectory, "--set", "Reports:MaximumTotalMiB=0");
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.BadInput);

        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(url + "/healthz", Token));
    }

    [Theory]
    [InlineData("--listen nonsense", "error: --listen nonsense: ")]
    [InlineData("--listen none --workers 0", "error: --workers 0: at least 1 is needed.")]
    [InlineData("--listen none --set x", "error: --set x: expected KEY=VALUE")]
    public async Task Run_BadInput_IsASentence(string arguments, string expected)
    {
        var run = await StartAsync(Token, arguments.Split(' ')).WaitAsync(Deadline, TimeProvider.System, Token);

        (run.ExitCode, run.Output).ShouldBe((ExitCodes.BadInput, ""));
        run.Error.ShouldStartWith(expected);
        run.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_NoCluster_NamesTheOtherWay()
    {
        await using var run = ProductProcess.Start("run", "--kubeconfig", Path.Combine(_root.FullName, "none")).WithoutInput();

        var end = await run.EndAsync();

        end.ExitCode.ShouldBe(ExitCodes.BadInput);
        end.Error.TrimEnd().ShouldEndWith("Or run over a folder of files with --directory DIR.");
    }

    [Fact]
    public async Task Run_AddressInUse_IsASentenceAlone()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, new Uri(url).Port);
        other.Start();
        await using var run = ProductProcess.Start("run", "--directory", _root.FullName, "--listen", url, "--data-dir", DataDirectory).WithoutInput();

        var end = await run.EndAsync();

        end.ShouldBe(new CommandRun(ExitCodes.BadInput, "", end.Error));
        end.Error.ShouldStartWith($"error: --listen {url}: ");
        end.Error.ShouldEndWith("Name another address, e.g. http://127.0.0.1:8081.\n");
        end.Error.TrimEnd('\n').Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Run_StoppedWhileItReadsItsSettings_DoesNotWaitForThem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        var settings = Path.Combine(_root.FullName, "settings.json");
        using (var make = Process.Start("mkfifo", [settings])) await make.WaitForExitAsync(Token);
        using var stopping = new CancellationTokenSource();
        var run = StartAsync(stopping.Token, "--listen", "none", "--data-dir", DataDirectory, "--config", settings);

        await stopping.CancelAsync();

        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(new CommandRun(ExitCodes.Success, "", ""));
        // The thread that reads ends too, and finds that nobody waits.
        await using var pipe = new FileStream(settings, FileMode.Open, FileAccess.ReadWrite);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("http://127.0.0.1:0")]
    public async Task Run_StoppedWhileItStarts_EndsWithoutAnError(string listen)
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        var run = RunAsync(stopped.Token, "--listen", listen, "--data-dir", DataDirectory);
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task Run_FileRemovedWhileNoneRan_ForgetsItsResource()
    {
        await using var reports = new ReportSandbox();
        await using (var store = await reports.OpenAsync())
            await store.SetImagesAsync(SampleReports.Shop, [SampleReports.Tagged("1.0", SampleReports.Image("a"))], Token);
        var status = Path.Combine(_root.CreateSubdirectory("registries/.status").FullName, "shop.web.json");
        await File.WriteAllTextAsync(status, "{}", Token);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, "--listen", "none", "--data-dir", reports.DataDirectory);
        await using var reader = await reports.OpenAsync(options => options with { IsReadOnly = true });

        await Wait.UntilAsync(
            "the images are forgotten",
            async token => run.IsCompleted || (await reader.GetImagesAsync(SampleReports.Shop, token)).Count == 0,
            Deadline,
            Token);

        run.IsCompleted.ShouldBeFalse();
        File.Exists(status).ShouldBeFalse();
        await stopping.CancelAsync();
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task Run_TokenOfTheUser_IsTheOneAskedFor()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        var file = Path.Combine(_root.FullName, "token");
        await File.WriteAllTextAsync(file, "a-token-of-the-users-own", Token);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, "--listen", url, "--data-dir", DataDirectory, "--api-token-file", file);
        await WaitForAsync(url + "/readyz", HttpStatusCode.OK, run);

        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-token-of-the-users-own");
        (await _client.GetAsync(url + "/api/v1/search?q=bash", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

        File.Exists(Path.Combine(DataDirectory, "api.token")).ShouldBeFalse();
        await stopping.CancelAsync();
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task Run_SecondOnTheSameData_StopsWithASentenceWhileReportsAreRead()
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = RunAsync(stopping.Token, "--listen", url, "--data-dir", DataDirectory);
        await WaitForAsync(url + "/readyz", HttpStatusCode.OK, run);

        await using (var second = ProductProcess.Start("run", "--directory", _root.FullName, "--listen", "none", "--data-dir", DataDirectory).WithoutInput())
        {
            var end = await second.EndAsync();
            end.ExitCode.ShouldBe(ExitCodes.BadInput);
            end.Error.ShouldStartWith($"error: --data-dir {DataDirectory}: another operator uses this folder");
        }

        await using (var search = ProductProcess.Start("search", "bash", "--data-dir", DataDirectory).WithoutInput())
            (await search.EndAsync()).ExitCode.ShouldBe(ExitCodes.Failure, "Nothing is found, as nothing was scanned.");
        await stopping.CancelAsync();
        (await run.WaitAsync(Deadline, TimeProvider.System, Token)).ShouldBe(ExitCodes.Success);
        await using var next = ProductProcess.Start("run", "--directory", _root.FullName, "--listen", "nonsense", "--data-dir", DataDirectory).WithoutInput();
        (await next.EndAsync()).Error.ShouldStartWith("error: --listen nonsense: ");
    }

    private void UseToken() => _client.DefaultRequestHeaders.Authorization =
        new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(DataDirectory, "api.token")).Trim());

    private Task<int> RunAsync(CancellationToken stopping, params string[] arguments) =>
        Task.Run(async () => (await StartAsync(stopping, arguments)).ExitCode, Token);

    private async Task<CommandRun> StartAsync(CancellationToken stopping, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var stop = new StopSignals();
        await using var stopped = stopping.Register(() => stop.Receive(PosixSignal.SIGTERM));
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error, ShowsProgress = false };
        string[] all = ["run", "--directory", _root.CreateSubdirectory("registries").FullName, "--log-level", "Error", .. arguments];
        return new CommandRun(await CommandLine.RunAsync(all, terminal, stop), output.ToString(), error.ToString());
    }

    private static void WriteToPipe(string path, ReadOnlySpan<byte> content)
    {
        using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write);
        pipe.Write(content);
    }

    private async Task WaitForAsync(string url, HttpStatusCode expected, Task<int> run)
    {
        await Wait.UntilAsync(
            $"{url} answers {expected}",
            async token => run.IsCompleted || (await _client.GetAsync(url, token)).StatusCode == expected,
            Deadline,
            Token);
        if (run.IsCompleted) Assert.Fail($"It ended with {await run} before {url} answered {expected}.");
    }
}
