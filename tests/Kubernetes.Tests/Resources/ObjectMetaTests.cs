using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class ObjectMetaTests
{
    private const string Full = """
        {"metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"7","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z",
        "deletionTimestamp":"2026-01-02T03:04:06Z","deletionGracePeriodSeconds":30,"finalizers":["x/y"],"annotations":{"k":"v"},"labels":{"l":"w"},
        "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"ou","controller":true,"blockOwnerDeletion":true}],
        "generateName":"a-","managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]}}
        """;

    [Fact]
    public void Json_ReadAndWrittenBack_LosesNothing()
    {
        var widget = JsonSerializer.Deserialize(Full, WidgetJsonContext.Default.Widget)!;

        var written = JsonSerializer.Serialize(widget, WidgetJsonContext.Default.Widget);

        JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(Full)).ShouldBeTrue(written);
    }

    [Fact]
    public void DropManagedFields_OtherUnknownFields_StayThere()
    {
        var metadata = JsonSerializer.Deserialize(Full, WidgetJsonContext.Default.Widget)!.Metadata;

        metadata.DropManagedFields();

        metadata.Extra!.Keys.ShouldBe(["deletionGracePeriodSeconds", "generateName"], ignoreOrder: true);
    }

    [Fact]
    public void Json_FractionOfASecond_IsWrittenAsTheServerDoes()
    {
        var time = new DateTimeOffset(2026, 1, 2, 4, 4, 5, 678, TimeSpan.FromHours(1));
        var widget = new Widget { Metadata = new ObjectMeta { CreationTimestamp = time } };

        JsonSerializer.Serialize(widget, WidgetJsonContext.Default.Widget).ShouldContain("\"2026-01-02T03:04:05Z\"");
    }
}
