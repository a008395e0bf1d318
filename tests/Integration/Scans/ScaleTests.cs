using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Integration.Tests.Scans;

/// <summary>Statuses that are as large as the operator lets them be, at a real API server.</summary>
public class ScaleTests(Support.Cluster cluster)
{
    private const string Repository = "shop/api";

    /// <summary>What the operator cuts a status to.</summary>
    private const int StatusLimit = 768 * 1024;

    /// <summary>So many that no image's labels alone exceed what is kept of one.</summary>
    private const int Images = 120;

    /// <summary>Bytes of labels of each image: with them the status would be twice as large as it may be.</summary>
    private const int LabelBytes = 2 * StatusLimit / Images;

    private const int Labels = 20;

    [Fact]
    public async Task Scan_StatusOverTheLimit_IsCutToJustBelowItAndTakenByTheApiServerEachTime()
    {
        await using var registry = await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken);
        registry.Add(Repository, Enumerable.Range(0, Images).Select(number => new TaggedManifest($"1.0.{number}", ImageWithLargeLabels(number))));
        var ns = await cluster.CreateNamespaceAsync();
        await using var @operator = await RunningOperator.OverClusterAsync(cluster.Kubeconfig, "--namespace", ns);

        await cluster.ApplyAsync(Resources.Registry("large", registry.Url, Repository, @namespace: ns));
        var first = await cluster.WaitForStatusAsync(ns, "large", "Success");
        ShouldBeCut(first);

        // The second write replaces a status of that size by another one.
        await cluster.KubectlAsync("annotate", "registry", "large", "-n", ns, "registry.kubecontroller.io/scan-requested-at=again");
        var second = await cluster.WaitAsync(
            ns, "large", "the request is handled", resource => (string?)resource["status"]?["lastHandledScanRequest"] == "again");
        ShouldBeCut(second);
        second["status"]!["images"]!.ToJsonString().ShouldBe(first["status"]!["images"]!.ToJsonString());
    }

    private static void ShouldBeCut(JsonNode resource)
    {
        var status = resource["status"]!;
        ((string?)status["lastScanStatus"]).ShouldBe("Success");
        // As the API server stores it: without spaces and escapes that kubectl may add.
        Encoding.UTF8.GetByteCount(status.ToJsonString()).ShouldBeInRange(StatusLimit - 2 * LabelBytes, StatusLimit);
        status["truncated"]!["counts"]!.AsObject().Select(count => count.Key).ShouldBe(["labels"]);
        ((string?)status["truncated"]!["message"])!.ShouldContain("768 KiB");
        resource.Tags().Length.ShouldBe(Images);
        resource.Image($"1.0.{Images - 1}")!["config"]!["labels"]!.AsObject().Count.ShouldBe(Labels, "the newest image keeps its labels");
        resource.Image("1.0.0")!["config"]!["labels"].ShouldBeNull("the oldest image loses its labels first");
    }

    private static TestImage ImageWithLargeLabels(int number)
    {
        var builder = new ImageBuilder().WithPlatform("linux/amd64").WithCreated(SampleImages.Start.AddHours(number)).WithFillerLayer(100, seed: number);
        for (var label = 0; label < Labels; label++) builder.WithLabel($"org.example.build.{label}", new string((char)('a' + label), LabelBytes / Labels));
        return builder.Build();
    }
}
