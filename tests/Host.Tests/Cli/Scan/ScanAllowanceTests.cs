using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Cli.Scan;

/// <summary>Many repositories of one registry that allows fewer pulls than they need, and tells what is left, as Docker Hub does.</summary>
public sealed class ScanAllowanceTests : IAsyncLifetime
{
    private const int Repositories = 200;
    private const int TagsOfEach = 3;
    private const int Allowance = 300;

    private readonly PluginSandbox _sandbox = new();
    private InMemoryRegistry _registry = null!;
    private int _pulls;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Token);
        for (var number = 0; number < Repositories * TagsOfEach; number++)
        {
            var image = new ImageBuilder().WithFillerLayer(10, seed: number).Build();
            _registry.Add(Repository(number / TagsOfEach), $"1.{number % TagsOfEach}.0", image);
        }

        _registry.Inject(new Fault(Count).OnManifests());
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task Scan_MoreThanIsAllowed_StopsAtTheAllowanceAndSaysOfEachImageWhyItIsNotRead()
    {
        var run = await ScanAsync("-o", "json");

        run.ExitCode.ShouldBe(1);
        Volatile.Read(ref _pulls).ShouldBe(Allowance, "all that is allowed is used, and it ends there");
        var resources = JsonNode.Parse(run.Output)!["items"]!.AsArray();
        resources.Count.ShouldBe(Repositories);
        resources.ShouldAllBe(resource => resource!["status"]!["lastScanStatus"] != null);
        var read = 0;
        foreach (var status in resources.Select(resource => resource!["status"]!))
        {
            var images = status["images"]?.AsArray() ?? [];
            var details = images.Count(image => image!["config"] != null);
            read += details;
            images.Where(image => image!["config"] == null).ShouldAllBe(image => (string?)image!["reason"] == "RateLimited");
            ((string?)status["lastScanStatus"]).ShouldBe(details == TagsOfEach ? "Success" : "Failed");
            if (details == TagsOfEach) continue;
            var reachable = status["conditions"]!.AsArray().Single(condition => (string?)condition!["type"] == "RegistryReachable")!;
            ((string?)reachable["status"], (string?)reachable["reason"]).ShouldBe(("False", "RateLimited"));
            ((string?)reachable["message"])!.ShouldContain($"{Allowance} manifests that may be read in 6 h");
            ((string?)reachable["message"])!.ShouldMatch(@"Reading goes on at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.");
            ((string?)status["message"])!.ShouldNotBeEmpty();
        }

        read.ShouldBe(Allowance, "what was pulled is shown");
    }

    [Fact]
    public async Task Scan_MoreThanIsAllowed_TableNamesEveryRepositoryAndWhenReadingGoesOn()
    {
        var run = await ScanAsync();

        var repositories = run.Output.Split("default/r")[1..];
        repositories.Length.ShouldBe(Repositories);
        var failed = repositories.Where(text => text.Contains("\nFailed", StringComparison.Ordinal)).ToList();
        failed.Count.ShouldBeGreaterThanOrEqualTo(Repositories - (Allowance / TagsOfEach));
        failed.ShouldAllBe(text => text.Split("Reading goes on at ").Length == 2);
    }

    private Task<CommandRun> ScanAsync(params string[] more)
    {
        var yaml = string.Join("---\n", Enumerable.Range(0, Repositories).Select(Resource));
        return CommandRun.StartAsync(
            new CommandSetup { In = new StringReader(yaml) },
            [
                "scan", "-f", "-", "--plugins", Directory.CreateDirectory(Path.Combine(_sandbox.Root, "plugins")).FullName,
                "--data-dir", Path.Combine(_sandbox.Root, "data"), .. more,
            ]);
    }

    private string Resource(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {{name: r{number:000}}}\n" +
        $"spec: {{url: '{_registry.Url.GetLeftPart(UriPartial.Authority)}', repository: {Repository(number)}}}\n");

    private static string Repository(int number) => string.Create(CultureInfo.InvariantCulture, $"team/r{number:000}");

    /// <summary>GETs of manifests count, HEADs don't.</summary>
    private Task<bool> Count(HttpContext context)
    {
        var count = HttpMethods.IsGet(context.Request.Method) ? Interlocked.Increment(ref _pulls) : Volatile.Read(ref _pulls);
        if (count > Allowance)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.FromResult(true);
        }

        context.Response.Headers["ratelimit-limit"] = $"{Allowance};w=21600";
        context.Response.Headers["ratelimit-remaining"] = $"{Allowance - count};w=21600";
        return Task.FromResult(false);
    }
}
