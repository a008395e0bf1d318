using System.Text.Json;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class StatusTests
{
    [Fact]
    public void Json_Error_IsReadAsTheServerTellsIt() => JsonSerializer.Deserialize(
            """
            {
              "kind":"Status","apiVersion":"v1","status":"Failure","code":429,"reason":"TooManyRequests","message":"m",
              "details":{"name":"a","kind":"widgets","retryAfterSeconds":5}
            }
            """,
            KubernetesJsonContext.Default.Status)
        .ShouldBe(new Status
        {
            Kind = Status.KindName,
            Code = 429,
            Reason = "TooManyRequests",
            Message = "m",
            Details = new StatusDetails { Name = "a", Kind = "widgets", RetryAfterSeconds = 5 },
        });

    [Fact]
    public void Json_PartialResource_TellsWhichItIsAndHowToGoOn() => JsonSerializer.Deserialize(
            """{"spec":5,"metadata":{"name":"a","namespace":"b","resourceVersion":"7","continue":"next","labels":{}}}""",
            KubernetesJsonContext.Default.PartialResource)
        .ShouldBe(new PartialResource { Metadata = new PartialMetadata { Name = "a", Namespace = "b", ResourceVersion = "7", Continue = "next" } });
}
