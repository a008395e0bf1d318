using System.Globalization;
using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Folders;

/// <summary>The clock of <c>minimumAge</c>, with the operator as a process that ends and starts again.</summary>
public sealed class CooldownTests
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MinimumAge = TimeSpan.FromDays(7);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Both images say that they are years old: that counts for nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the statuses alone are left
    public async Task Restart_UpdateThatWaits_WaitsUntilTheSameSecond(bool isStoreLost)
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var folder = new TemporaryFolder("folder");
        using var data = new TemporaryFolder("data");
        using var other = new TemporaryFolder("data");
        await PushAsync(registry, "1.0.0", 2015);
        Write("first");
        string? until;
        await using (await StartAsync(data))
        {
            await WaitAsync("first", "there is no update", workload => workload["availableUpdates"] is null);
            var before = TimeProvider.System.GetUtcNow();
            await PushAsync(registry, "1.0.1", 2016);
            Write("second");
            var waiting = await WaitAsync("second", "the update is seen", workload => workload["availableUpdates"] is not null);

            ((string?)waiting["recommendation"], (string?)Update(waiting)["recommendation"]).ShouldBe(("NO_ACTION", "WAITING"));
            ((string?)waiting["message"]).ShouldBe("1.0.1 waits: it has not been seen unchanged for 7 days yet.");
            until = (string?)Update(waiting)["waitingUntil"];
            DateTimeOffset.Parse(until!, CultureInfo.InvariantCulture)
                .ShouldBeInRange(before.AddSeconds(-1) + MinimumAge, TimeProvider.System.GetUtcNow().AddSeconds(1) + MinimumAge);
        }

        // A status tells seconds: a clock that begins anew shows once that of the first look is over.
        var first = DateTimeOffset.Parse(until!, CultureInfo.InvariantCulture) - MinimumAge;
        await Wait.UntilAsync("the second of the first look is over", () => TimeProvider.System.GetUtcNow() > first.AddSeconds(2), Deadline, _cancellation);
        await using var next = await StartAsync(isStoreLost ? other : data);
        Write("third");
        var again = await WaitAsync("third", "it is checked again", _ => true);

        ((string?)Update(again)["recommendation"], (string?)Update(again)["waitingUntil"]).ShouldBe(("WAITING", until));

        void Write(string request) => folder.Write(
            "api.yaml",
            Resources.Registry("api", registry.Url, Repository, "  driftDetection: {enabled: true, options: {minimumAge: 7d}}")
                .Replace("metadata:", $"metadata:\n  annotations: {{registry.kubecontroller.io/scan-requested-at: {request}}}", StringComparison.Ordinal)
            + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
            + $"      containers: [{{name: app, image: '{registry.Url.Authority}/{Repository}:1.0.0'}}]\n");

        Task<RunningOperator> StartAsync(TemporaryFolder store) => RunningOperator.WithAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { [Product.DataVariable] = store.Path }, "--directory", folder.Path);

        async Task<JsonNode> WaitAsync(string request, string what, Func<JsonNode, bool> isMet)
        {
            JsonNode? workload = null;
            var status = Path.Combine(folder.Path, ".status", "default.api.json");
            await Wait.UntilAsync(
                what,
                async token =>
                {
                    var now = File.Exists(status) ? JsonNode.Parse(await File.ReadAllTextAsync(status, token))!["status"] : null;
                    workload = (string?)now?["lastHandledScanRequest"] == request ? now!["drift"]?["workloads"]?.AsArray().SingleOrDefault() : null;
                    return workload is not null && isMet(workload);
                },
                Deadline, _cancellation);
            return workload!;
        }
    }

    private static JsonNode Update(JsonNode workload) => workload["availableUpdates"]!.AsArray().ShouldHaveSingleItem()!;

    private async Task PushAsync(DockerRegistry registry, string tag, int year)
    {
        using var pusher = registry.CreatePusher();
        var image = new ImageBuilder().WithCreated(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero)).WithLabel("number", tag).Build();
        await pusher.PushAsync(Repository, [new TaggedManifest(tag, image)], _cancellation);
    }
}
