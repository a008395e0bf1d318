using System.Diagnostics;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Servers.Tests.Processes;

public sealed class ServerProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("process");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DisposeAsync_RunningServer_KillsItsWholeGroup()
    {
        // `timeout` stands for a server with a child of its own.
        var server = await StartAsync("timeout", "600", "sleep", "599");
        await Wait.UntilAsync("the child runs", () => ChildrenOf(server.Id).Length == 1, TimeSpan.FromSeconds(10), Stop);
        var child = ChildrenOf(server.Id).Single();

        await server.DisposeAsync();

        server.HasExited.ShouldBeTrue();
        await Wait.UntilAsync("the child is gone", () => !Directory.Exists($"/proc/{child}") || IsZombie(child), TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public async Task WaitUntilReadyAsync_ServerEnds_ThrowsWithItsOutput()
    {
        await using var server = await StartAsync("ls", "/no-such-folder");

        var error = await Should.ThrowAsync<ServerFailedException>(() =>
            server.WaitUntilReadyAsync(_ => Task.FromResult(false), TimeSpan.FromSeconds(10), Stop));

        error.Message.ShouldContain("ls ended with exit code 2");
        error.Message.ShouldContain("no-such-folder");
    }

    [Fact]
    public async Task WaitUntilReadyAsync_NeverReady_ThrowsAtItsDeadline()
    {
        await using var server = await StartAsync("sleep", "600");

        var error = await Should.ThrowAsync<ServerFailedException>(() =>
            server.WaitUntilReadyAsync(_ => throw new HttpRequestException("refused"), TimeSpan.FromMilliseconds(200), Stop));

        error.Message.ShouldContain("sleep was not ready");
    }

    [Fact]
    public async Task RunAsync_Tool_GivesOutputAndExitCode()
    {
        var result = await Tool.RunAsync("cat", ["-", "/no-such-file"], input: "hello", cancellationToken: Stop);

        result.Output.ShouldBe("hello");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("no-such-file");
        Should.Throw<InvalidOperationException>(result.EnsureSuccess).Message.ShouldContain("exit code 1");
    }

    [Fact]
    public async Task RunAsync_TooLong_IsKilled()
    {
        var watch = Stopwatch.StartNew();

        await Should.ThrowAsync<TimeoutException>(() => Tool.RunAsync("sleep", ["600"], deadline: TimeSpan.FromMilliseconds(200), cancellationToken: Stop));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private Task<ServerProcess> StartAsync(string program, params string[] arguments) =>
        ServerProcess.StartAsync(new ServerProcessOptions(program, arguments, _folder.File("log")));

    private static string[] ChildrenOf(int id)
    {
        var file = $"/proc/{id}/task/{id}/children";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    // Its parent is gone, and whoever inherited it may take a while to notice.
    private static bool IsZombie(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
