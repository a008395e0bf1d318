using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Workloads;

/// <summary>Workloads of objects as kubectl prints them.</summary>
public sealed class WorkloadAssemblerTests
{
    private const string One = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Two = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

    [Fact]
    public void Assemble_PodOfADeployment_BelongsToTheDeployment()
    {
        var workload = Assemble(Deployment("web", "app:1"), ReplicaSet("web-1", "app:1", Owner("Deployment", "web")),
            ReplicaSet("web-0", "app:0", Owner("Deployment", "web")), Pod("web-1-a", "app:1", $"docker.io/library/app@{One}", Owner("ReplicaSet", "web-1")))
            .ShouldHaveSingleItem();

        (workload.Kind, workload.Name, workload.Replicas).ShouldBe(("Deployment", "web", 2));
        var container = workload.Containers.ShouldHaveSingleItem();
        (container.Image, container.Running.Single().Digest.ToString(), container.Running.Single().Pods).ShouldBe(("app:1", One, 1));
    }

    [Fact]
    public void Assemble_RollOut_ShowsBothImages()
    {
        var workload = Assemble(Deployment("web", "app:2"), ReplicaSet("web-1", "app:1", Owner("Deployment", "web")),
            Pod("a", "app:1", $"app@{One}", Owner("ReplicaSet", "web-1")), Pod("b", "app:2", $"app@{Two}", Owner("Deployment", "web"))).ShouldHaveSingleItem();

        workload.Containers.Select(container => $"{container.Image} {container.Running.Single().Digest}").ShouldBe([$"app:2 {Two}", $"app:1 {One}"]);
    }

    [Fact]
    public void Assemble_OwnerThatIsNotAmongTheObjects_IsTheWorkload() =>
        Assemble(ReplicaSet("canary-1", "app:1", Owner("Rollout", "canary")), Pod("p", "app:1", $"app@{One}", Owner("ReplicaSet", "canary-1")))
            .Select(workload => $"{workload.Kind}/{workload.Name} {workload.Containers.Count} {workload.Containers[0].Running.Count}")
            .ShouldBe(["Rollout/canary 1 1"]);

    [Fact]
    public void Assemble_StaticPod_IsItsOwnWorkload() =>
        Assemble(Pod("etcd-node1", "etcd:3", $"etcd@{One}", Owner("Node", "node1"))).Single().Kind.ShouldBe("Pod");

    [Theory]
    [InlineData("docker-pullable://app@" + One, One)]
    [InlineData("docker.io/library/app@" + One, One)]
    [InlineData("mirror.example.com:5000/team/app@" + One, One)]
    [InlineData(One, null)] // the configuration's digest
    [InlineData("docker://" + One, null)]
    [InlineData("", null)]
    public void Assemble_ImageId_IsADigestOnlyWhereItNamesARepository(string imageId, string? expected) =>
        Assemble(Pod("p", "app:1", imageId, "")).Single().Containers.Single().Running.Select(running => running.Digest.ToString()).SingleOrDefault()
            .ShouldBe(expected);

    [Fact]
    public void Assemble_PodsOnNodes_HaveTheirPlatforms() =>
        Assemble(
            Pod("p", "app:1", $"app@{One}", "", node: "arm"),
            "apiVersion: v1\nkind: Node\nmetadata: {name: arm}\nstatus: {nodeInfo: {operatingSystem: linux, architecture: arm64}}\n")
            .Single().Containers.Single().Running.Single().Platform!.ToString().ShouldBe("linux/arm64");

    [Fact]
    public void Assemble_InitSidecarAndEphemeralContainers_AreAllThere() =>
        Assemble("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n" +
            "  initContainers: [{name: i, image: init}, {name: s, image: side, restartPolicy: Always}]\n" +
            "  containers: [{name: a, image: app}]\n  ephemeralContainers: [{name: d, image: debug}]\n").Single().Containers
            .Select(container => (container.Name, container.Kind)).ShouldBe(
            [
                ("a", ContainerKind.Regular), ("i", ContainerKind.Init), ("s", ContainerKind.Init), ("d", ContainerKind.Ephemeral),
            ]);

    [Fact]
    public void Assemble_PodThatHasEnded_RunsNothing() =>
        Assemble(Pod("p", "app:1", $"app@{One}", "", phase: "Succeeded")).ShouldBeEmpty();

    [Fact]
    public void Assemble_Annotations_AreThoseOfTheGroupAlone() =>
        Assemble("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations: {registry.kubecontroller.io/drift-policy: patch, other: x}\n" +
            "spec: {template: {metadata: {annotations: {registry.kubecontroller.io/drift-policy: minor, registry.kubecontroller.io/drift-range: ^1}}, " +
            "spec: {containers: [{name: a, image: app}]}}}\n").Single().Annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(["drift-policy=patch", "drift-range=^1"]);

    /// <summary>Of a CronJob, its own come first, then those of its Jobs, then those of their Pods.</summary>
    [Fact]
    public void Assemble_CronJob_HasTheAnnotationsOfBothTemplates()
    {
        const string Prefix = "registry.kubecontroller.io/drift-";
        Assemble("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly, annotations: {" + Prefix + "policy: patch}}\n" +
            "spec: {jobTemplate: {metadata: {annotations: {" + Prefix + "policy: minor, " + Prefix + "range: ^1}}, spec: {template: {metadata: {annotations: " +
            "{" + Prefix + "policy: major, " + Prefix + "range: ^2, " + Prefix + "minimum-age: 7d}}, spec: {containers: [{name: a, image: app}]}}}}}\n")
            .Single().Annotations.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)
            .ShouldBe(["drift-minimum-age=7d", "drift-policy=patch", "drift-range=^1"]);
    }

    /// <summary>Kinds whose Pods' template alone is annotated, as tools like Helm do it.</summary>
    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("batch/v1", "Job")]
    [InlineData("v1", "ReplicationController")]
    [InlineData("argoproj.io/v1alpha1", "Rollout")]
    public void Assemble_TemplateIsAnnotated_IsReadOfEachKind(string apiVersion, string kind) =>
        Assemble($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: web}}\n" +
            "spec: {template: {metadata: {annotations: {registry.kubecontroller.io/drift-range: ^1}}, spec: {containers: [{name: a, image: app}]}}}\n")
            .Single().Annotations.ShouldHaveSingleItem().Value.ShouldBe("^1");

    /// <summary>An owner that may not be read, or is of a custom kind, is told by what it owns.</summary>
    [Fact]
    public void Assemble_PodOfAnUnknownOwnerIsAnnotated_IsTheOwners() =>
        Assemble("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {registry.kubecontroller.io/drift-range: ^1}\n" +
            Owner("Rollout", "canary") + "spec: {containers: [{name: a, image: app}]}\n").Single().Annotations.ShouldHaveSingleItem().Value.ShouldBe("^1");

    private static IReadOnlyList<Workload> Assemble(params string[] documents)
    {
        var manifests = ManifestReader.Read([new YamlSource("f.yaml", new StringReader(string.Join("---\n", documents)))]);
        manifests.Problems.ShouldBeEmpty();
        manifests.Notices.ShouldBeEmpty();
        return WorkloadAssembler.Assemble(manifests.Workloads);
    }

    private static string Owner(string kind, string name) =>
        $"  ownerReferences: [{{apiVersion: x/v1, kind: {kind}, name: {name}, uid: {kind}-{name}, controller: true}}]\n";

    private static string Deployment(string name, string image) => Template("Deployment", name, image, "");

    private static string ReplicaSet(string name, string image, string owner) => Template("ReplicaSet", name, image, owner);

    private static string Template(string kind, string name, string image, string owner) =>
        $"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  uid: {kind}-{name}\n{owner}" +
        $"spec: {{replicas: 2, template: {{spec: {{containers: [{{name: app, image: '{image}'}}]}}}}}}\n";

    private static string Pod(string name, string image, string imageId, string owner, string node = "", string phase = "Running") =>
        $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  uid: Pod-{name}\n{owner}" +
        $"spec: {{nodeName: '{node}', containers: [{{name: app, image: '{image}'}}]}}\n" +
        $"status: {{phase: {phase}, containerStatuses: [{{name: app, imageID: '{imageId}'}}]}}\n";
}
