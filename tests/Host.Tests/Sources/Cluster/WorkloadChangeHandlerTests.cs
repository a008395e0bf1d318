using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using RegistryOperator.Host.Sources.Cluster;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes.Informers;

namespace RegistryOperator.Host.Tests.Sources.Cluster;

public sealed class WorkloadChangeHandlerTests
{
    private const string Pod = """
        {"metadata":{"name":"p","namespace":"shop","uid":"1","resourceVersion":"1","labels":{"app":"x"}},
         "spec":{"nodeName":"n1","containers":[{"name":"app","image":"app:1"}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","lastProbeTime":"a"}],
                   "containerStatuses":[{"name":"app","imageID":"app@sha256:1","restartCount":1}]}}
        """;

    [Theory]
    [InlineData("metadata.resourceVersion", "2")]
    [InlineData("metadata.labels.app", "y")]
    [InlineData("status.conditions.0.lastProbeTime", "b")]
    [InlineData("status.containerStatuses.0.restartCount", "2")]
    public void OnEvent_NothingOfWhatRuns_IsDropped(string field, string value) => IsTold(field, value).ShouldBeFalse();

    [Theory]
    [InlineData("spec.containers.0.image", "app:2")]
    [InlineData("status.containerStatuses.0.imageID", "app@sha256:2")]
    [InlineData("status.phase", "Failed")]
    [InlineData("metadata.uid", "2")]
    public void OnEvent_WhatRuns_IsTold(string field, string value) => IsTold(field, value).ShouldBeTrue();

    [Theory]
    [InlineData(ResourceEventKind.Added, true)]
    [InlineData(ResourceEventKind.Deleted, true)]
    [InlineData(ResourceEventKind.Resync, false)]
    public void OnEvent_ComesOrGoes_IsTold(ResourceEventKind kind, bool isTold)
    {
        var changes = Channel.CreateUnbounded<bool>();
        var pod = Read(JsonNode.Parse(Pod)!);

        new WorkloadChangeHandler(changes.Writer)
            .OnEvent(new ResourceEvent<WorkloadObject>(kind, kind == ResourceEventKind.Added ? null : pod, kind == ResourceEventKind.Deleted ? null : pod));

        changes.Reader.TryRead(out _).ShouldBe(isTold);
    }

    private static bool IsTold(string field, string value)
    {
        var changes = Channel.CreateUnbounded<bool>();
        var changed = JsonNode.Parse(Pod)!;
        var at = changed;
        var path = field.Split('.');
        foreach (var step in path[..^1]) at = at is JsonArray array ? array[int.Parse(step)]! : at[step]!;
        at[path[^1]] = int.TryParse(value, out var number) && path[^1] == "restartCount" ? number : value;

        new WorkloadChangeHandler(changes.Writer)
            .OnEvent(new ResourceEvent<WorkloadObject>(ResourceEventKind.Updated, Read(JsonNode.Parse(Pod)!), Read(changed)));
        return changes.Reader.TryRead(out _);
    }

    private static WorkloadObject Read(JsonNode json) => json.Deserialize(WorkloadObjectJson.Default.WorkloadObject)!;
}
