using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Workloads;
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
}
