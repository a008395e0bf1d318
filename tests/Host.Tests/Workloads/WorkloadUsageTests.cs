using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Tests.Workloads;

public sealed class WorkloadUsageTests
{
    private static readonly Digest One = Digest.Parse("sha256:" + new string('1', 64));
    private static readonly Digest Two = Digest.Parse("sha256:" + new string('2', 64));

    [Theory]
    [InlineData("nginx", "latest")]
    [InlineData("nginx:1.27", "1.27")]
    [InlineData("nginx:1.27@sha256:1111111111111111111111111111111111111111111111111111111111111111", "1.27")]
    [InlineData("nginx@sha256:1111111111111111111111111111111111111111111111111111111111111111", null)]
    [InlineData("{{ .Values.image }}", null)]
    public void TagOf_Image_IsWhatARuntimePulls(string image, string? expected) =>
        WorkloadUsage.TagOf(new WorkloadContainer { Name = "app", Image = image }).ShouldBe(expected);

    /// <summary>Results of what runs count for a comparison, also where no tag names it any more.</summary>
    [Fact]
    public void DigestsOf_Workloads_AreWhatRunsAndWhatIsNamed() =>
        WorkloadUsage.DigestsOf(
        [
            new Workload
            {
                Kind = "Deployment",
                Namespace = "shop",
                Name = "web",
                Containers =
                [
                    new WorkloadContainer { Name = "a", Image = "nginx:1", Running = [new RunningImage(One, null)] },
                    new WorkloadContainer { Name = "b", Image = $"nginx@{Two}" },
                ],
            },
        ]).ShouldBe([One, Two]);

    /// <summary>Files may hold any text where a name belongs.</summary>
    [Fact]
    public void Show_NamesThatAreNone_AreCleaned()
    {
        var workload = new Workload
        {
            Kind = "Pod",
            Namespace = "ns\nx",
            Name = "n\u001b[31m\u202e",
            Containers = [new WorkloadContainer { Name = "a", Image = "nginx:1" }],
        };

        var usage = WorkloadUsage.Show([new ImageStatus { Tag = "1" }], [workload, workload with { Namespace = "ns", Name = new string('n', 253) }])[0].Usage!;

        usage.Workloads.Select(one => (one.Namespace, one.Name)).ShouldBe([("ns x", "n\uFFFD[31m\uFFFD"), ("ns", new string('n', 253))]);
        usage.Namespaces.ShouldBe(["ns x", "ns"], ignoreOrder: true);
    }

    /// <summary>What is written in a workload, against two tags of different images.</summary>
    [Theory]
    [InlineData("nginx:1", "1")]
    [InlineData("nginx@ONE", "1")]
    [InlineData("nginx@PLATFORM", "2 2-alias")]
    [InlineData("nginx:2@TWO", "2")]
    [InlineData("nginx:2@ONE", "1")] // the tag was changed by hand
    [InlineData("nginx:2@OTHER", "2")] // what the tag named before
    [InlineData("nginx:9@TWO", "2 2-alias")]
    [InlineData("nginx@OTHER", "")]
    [InlineData("nginx:9", "")]
    public void Show_Container_IsUsageOfTheImageThatItRuns(string written, string expected)
    {
        var platform = "sha256:" + new string('3', 64);
        var two = new ImageStatus { Tag = "2", Digest = $"{Two}", PlatformDigests = [new() { Platform = "linux/amd64", Digest = platform }] };
        var image = written.Replace("ONE", $"{One}", StringComparison.Ordinal).Replace("TWO", $"{Two}", StringComparison.Ordinal)
            .Replace("PLATFORM", platform, StringComparison.Ordinal).Replace("OTHER", "sha256:" + new string('4', 64), StringComparison.Ordinal);

        var shown = WorkloadUsage.Show(
            [new ImageStatus { Tag = "1", Digest = $"{One}" }, two, two with { Tag = "2-alias" }],
            [
                new Workload
                {
                    Kind = "Deployment",
                    Namespace = "shop",
                    Name = "web",
                    Containers = [new WorkloadContainer { Name = "a", Image = image, Running = [new RunningImage(One, null) { Pods = 3 }] }],
                },
            ]);

        string.Join(' ', shown.Where(one => one.Usage is { WorkloadCount: 1, TotalPods: 3 }).Select(one => one.Tag)).ShouldBe(expected);
        shown.Count(one => one.Usage is not null).ShouldBe(expected.Length == 0 ? 0 : expected.Split(' ').Length);
    }
}
