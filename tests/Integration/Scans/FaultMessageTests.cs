using System.Diagnostics;
using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Integration.Tests.Scans;

/// <summary>What a user reads when a registry misbehaves in ways that a real one can't be made to show.</summary>
public class FaultMessageTests
{
    private const string Repository = "shop/api";
    private const string Impatient = "  scanConfig: {retryAttempts: 1, retryDelay: 10ms, timeout: 1s}";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> TagListFaults => new()
    {
        { "hang", "TimedOut", "1 s" },
        { "truncate", "RegistryUnavailable", "" },
        { "huge", "TooLarge", "" },
        { "throttle", "RateLimited", "too many requests" },
        { "html", "InvalidContent", "" },
        { "error", "RegistryUnavailable", "500" },
    };

    [Theory]
    [MemberData(nameof(TagListFaults))]
    public async Task TagList_Fault_FailsWithItsReasonAndKeepsTheLastImages(string fault, string reason, string text)
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(3));
        var good = (await ScanAsync(Resources.Registry("api", registry.Url, Repository, Impatient), "yaml")).EnsureSuccess();
        using var injected = registry.Inject(Create(fault).OnTags());

        var taken = Stopwatch.StartNew();
        var failed = await ScanAsync(good.Output, "json");

        failed.ExitCode.ShouldBe(1);
        var resource = JsonNode.Parse(failed.Output)!;
        ((string?)resource.Condition("Ready")!["reason"]).ShouldBe(reason, failed.Output[..Math.Min(2000, failed.Output.Length)]);
        ((string?)resource["status"]!["message"])!.ShouldContain(text);
        ((string?)resource["status"]!["message"])!.ShouldContain(registry.Url.Authority);
        resource.Tags().Length.ShouldBe(3);
        taken.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Manifest_LieAboutItsDigest_IsAReasonOfThatTag()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(2));
        using var injected = registry.Inject(Faults.LieAboutDigest().OnPath("/manifests/1.0.0"));

        var resource = JsonNode.Parse((await ScanAsync(Resources.Registry("api", registry.Url, Repository, Impatient), "json")).Output)!;

        ((string?)resource.Image("1.0.0")!["reason"]).ShouldBe("InvalidContent");
        ((string?)resource.Image("1.0.0")!["message"])!.ShouldContain("digest");
        resource.Image("1.0.1")!["config"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Throttled_ForASecond_WaitsAndSucceeds()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(10));
        using var injected = registry.Inject(Faults.TooManyRequests(TimeSpan.FromSeconds(1)).OnManifests().Times(3));

        var result = await ScanAsync(Resources.Registry("api", registry.Url, Repository), "json");

        result.ExitCode.ShouldBe(0, result.Output);
        JsonNode.Parse(result.Output)!["status"]!["images"]!.AsArray().ShouldAllBe(image => image!["config"] != null);
    }

    [Fact]
    public async Task RegistryGoesAway_DuringTheScan_WhatWasReadIsKeptAndTheRestHasItsReason()
    {
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        registry.Add(Repository, SampleImages.Versions(50));
        using var injected = registry.Inject(Faults.Status(503).OnManifests().After(20));

        var result = await ScanAsync(Resources.Registry("api", registry.Url, Repository, Impatient), "json");

        result.ExitCode.ShouldBe(1);
        var resource = JsonNode.Parse(result.Output)!;
        resource.Tags().Length.ShouldBe(50);
        resource["status"]!["images"]!.AsArray().Count(image => image!["config"] is not null).ShouldBeGreaterThan(10);
        ((string?)resource["status"]!["message"])!.ShouldContain("of 50 images were not read");
        registry.RequestCount.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Host_ThatIsNotThere_SaysSo()
    {
        var nobody = new Uri($"http://127.0.0.1:{FreePort.Find()}");

        var refused = JsonNode.Parse((await ScanAsync(Resources.Registry("api", nobody, Repository, Impatient), "json")).Output)!;
        ((string?)refused["status"]!["message"])!.ShouldContain("refused");

        var unknown = JsonNode.Parse((await ScanAsync(
            Resources.Registry("api", new Uri("https://no-such-host.invalid"), Repository, Impatient), "json")).Output)!;
        ((string?)unknown["status"]!["message"])!.ShouldContain("no-such-host.invalid");
    }

    private static Fault Create(string fault) => fault switch
    {
        "hang" => Faults.Hang(),
        "truncate" => Faults.Truncate(10),
        "huge" => Faults.HugeJson(100_000_000),
        "throttle" => Faults.TooManyRequests(TimeSpan.FromHours(1)),
        "html" => Faults.WebPage(),
        "error" => Faults.Status(500),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
    };

    private static Task<ToolResult> ScanAsync(string yaml, string format) => Product.RunAsync(["scan", "-f", "-", "-o", format], yaml);
}
