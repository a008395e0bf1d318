using System.Text.Json;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Sources.Cluster;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Sources.Cluster;

public sealed class ResourceChangeHandlerTests
{
    private static readonly ResourceHead Head = new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = "shop",
            Name = "api",
            Uid = "1",
            Generation = 1,
            ResourceVersion = "1",
            Annotations = Annotations(RegistryGroup.ScanRequestedAnnotation, "a"),
        },
    };

    private readonly List<(ResourceKey Key, bool Interrupt)> _woken = [];

    [Theory]
    [InlineData(ResourceEventKind.Added, false)]
    [InlineData(ResourceEventKind.Resync, false)]
    [InlineData(ResourceEventKind.Deleted, true)]
    public void OnEvent_ComesGoesOrIsReminded_Wakes(ResourceEventKind kind, bool interrupts)
    {
        var isGone = kind == ResourceEventKind.Deleted;
        new ResourceChangeHandler((key, interrupt) => _woken.Add((key, interrupt)))
            .OnEvent(new ResourceEvent<ResourceHead>(kind, isGone ? Head : null, isGone ? null : Head));

        _woken.ShouldBe([(new ResourceKey("shop", "api"), interrupts)]);
    }

    [Fact]
    public void OnEvent_NewSpecDeletionOrNamesake_WakesAndInterrupts()
    {
        Update(metadata => metadata with { Generation = 2 }).ShouldBe([true]);
        Update(metadata => metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch }).ShouldBe([true]);
        Update(metadata => metadata with { Uid = "2" }).ShouldBe([true]);
        Update(metadata => metadata with { Generation = 2, Annotations = Annotations(RegistryGroup.ScanRequestedAnnotation, "b") }).ShouldBe([true]);
    }

    [Fact]
    public void OnEvent_ScanRequest_WakesWithoutInterrupting()
    {
        Update(metadata => metadata with { Annotations = Annotations(RegistryGroup.ScanRequestedAnnotation, "b") }).ShouldBe([false]);
        Update(metadata => metadata with { Annotations = null }).ShouldBe([false]);
        Update(metadata => metadata with { Annotations = Annotations(RegistryGroup.ScanRequestedAnnotation, "A") }).ShouldBe([false]);
    }

    [Fact]
    public void OnEvent_AnythingElse_WakesNobody()
    {
        Update(metadata => metadata with { ResourceVersion = "2" }).ShouldBeEmpty(); // a status was written
        Update(metadata => metadata with { Labels = Annotations("team", "x") }).ShouldBeEmpty();
        Update(metadata => metadata with { Finalizers = [RegistryGroup.Finalizer] }).ShouldBeEmpty();
        Update(metadata => metadata with { Annotations = new Dictionary<string, string>(metadata.Annotations!) { ["other"] = "x" } }).ShouldBeEmpty();
    }

    [Fact]
    public void RegistryHead_Json_KeepsMetadataAlone()
    {
        var head = JsonSerializer.Deserialize(
            """{"metadata":{"name":"api","namespace":"shop","generation":2},"spec":{"url":5},"status":{"images":7}}""",
            ResourceHead.ResourceType.Json)!;

        head.Metadata.ShouldBe(new ObjectMeta { Name = "api", Namespace = "shop", Generation = 2 });
        ResourceHead.ResourceType.CollectionPath(null).ShouldBe("apis/registry.kubecontroller.io/v1alpha1/registries");
    }

    private static Dictionary<string, string> Annotations(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    /// <summary>Whether it woke, and interrupted.</summary>
    private static bool[] Update(Func<ObjectMeta, ObjectMeta> change)
    {
        var woken = new List<bool>();
        new ResourceChangeHandler((_, interrupt) => woken.Add(interrupt))
            .OnEvent(new ResourceEvent<ResourceHead>(ResourceEventKind.Updated, Head, Head with { Metadata = change(Head.Metadata) }));
        return [.. woken];
    }
}
