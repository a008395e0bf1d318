using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Folders;

/// <summary>What the operator, as a process, says of a running tag that the registry does not show.</summary>
public sealed class MissingUpstreamTests : IDisposable
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new("folder");
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private int _requests;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TagIsDeletedFromARealRegistry_IsToldOnce()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(3), _cancellation);
        await using var @operator = await RunningOperator.OverFolderAsync(_folder.Path);
        ((await ScanAsync(registry.Url))["drift"]!["workloads"]![0]!["status"]).ShouldNotBeNull();

        await pusher.DeleteAsync(Repository, SampleImages.Numbered(1).Digest, _cancellation);
        ChangesOf(await ScanAsync(registry.Url)).ShouldBeNull("one check may be a brown-out");
        await PastAnIntervalAsync();
        ChangesOf(await ScanAsync(registry.Url)).ShouldBe("missingUpstream");
        await PastAnIntervalAsync();
        ChangesOf(await ScanAsync(registry.Url)).ShouldBe("missingUpstream");

        Told(@operator).ShouldBe(1, @operator.Log);
    }

    /// <summary>One check without the tag, then a registry that refuses, then one that lists a part of its tags.</summary>
    [Fact]
    public async Task Run_RegistryHasABrownOut_SaysNothing()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        await using var @operator = await RunningOperator.OverFolderAsync(_folder.Path);
        await ScanAsync(registry.Url);

        registry.RemoveTag(Repository, "1.0.1");
        ChangesOf(await ScanAsync(registry.Url)).ShouldBeNull();
        await PastAnIntervalAsync();
        using (registry.Inject(Faults.Status(403)))
        {
            for (var check = 0; check < 3; check++)
                ChangesOf(await ScanAsync(registry.Url, failures: true)).ShouldBeNull();
        }

        registry.Add(Repository, "1.0.1", SampleImages.Numbered(1));
        using (registry.Inject(CutListAsync))
        {
            for (var check = 0; check < 3; check++)
            {
                ChangesOf(await ScanAsync(registry.Url)).ShouldBeNull();
                await PastAnIntervalAsync();
            }
        }

        Told(@operator).ShouldBe(0, @operator.Log);
    }

    private static async Task<bool> CutListAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        if (!context.Request.Path.Value!.EndsWith("/tags/list", StringComparison.Ordinal)) return false;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync("""{"name":"shop/api","tags":["1.0.0"]}"""u8.ToArray());
        return true;
    }

    private static int Told(RunningOperator @operator) => @operator.Log.Split("MissingUpstream").Length - 1;

    private static string? ChangesOf(JsonNode status) => status["drift"]!["workloads"]!.AsArray().Single()!["changes"]?.AsArray().Single()?.ToString();

    private async Task PastAnIntervalAsync()
    {
        var next = TimeProvider.System.GetUtcNow().AddSeconds(1.1);
        await Wait.UntilAsync("the next check is an interval later", () => TimeProvider.System.GetUtcNow() > next, Deadline, _cancellation);
    }

    /// <summary>Asks for a scan, and waits for what it says.</summary>
    private async Task<JsonNode> ScanAsync(Uri url, bool failures = false)
    {
        var request = $"request-{++_requests}";
        _folder.Write(
            "api.yaml",
            Resources.Registry("api", url, Repository, "  driftDetection: {enabled: true, checkInterval: 1}")
                .Replace("metadata:", $"metadata:\n  annotations: {{registry.kubecontroller.io/scan-requested-at: {request}}}", StringComparison.Ordinal)
            + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
            + $"      containers: [{{name: app, image: '{url.Authority}/{Repository}:1.0.1'}}]\n");
        JsonNode? status = null;
        var file = Path.Combine(_folder.Path, ".status", "default.api.json");
        await Wait.UntilAsync(
            $"{request} is handled",
            async token =>
            {
                status = File.Exists(file) ? JsonNode.Parse(await File.ReadAllTextAsync(file, token))!["status"] : null;
                return (string?)status?["lastHandledScanRequest"] == request && (string?)status["lastScanStatus"] == (failures ? "Failed" : "Success");
            },
            Deadline, _cancellation);
        return status!;
    }
}
