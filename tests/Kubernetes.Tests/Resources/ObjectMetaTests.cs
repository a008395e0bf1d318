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

    [Fact]
    public void DropManagedFields_NothingElseUnknown_LeavesNoEmptyMap()
    {
        var metadata = JsonSerializer.Deserialize("""{"metadata":{"name":"a","managedFields":[]}}""", WidgetJsonContext.Default.Widget)!.Metadata;

        metadata.DropManagedFields();
        metadata.DropManagedFields();

        metadata.ShouldBe(new ObjectMeta { Name = "a" });
    }

    [Theory]
    [InlineData("default", "a", "default/a")]
    [InlineData(null, "a", "a")]
    [InlineData(null, null, "")]
    public void Key_NamespaceAndName_AreThoseWritten(string? ns, string? name, string expected) =>
        new ObjectMeta { Namespace = ns, Name = name }.Key.ToString().ShouldBe(expected);

    [Fact]
    public void IsBeingDeleted_DeletionTimestamp_SaysSo()
    {
        new ObjectMeta { DeletionTimestamp = DateTimeOffset.UnixEpoch }.IsBeingDeleted.ShouldBeTrue();
        new ObjectMeta { CreationTimestamp = DateTimeOffset.UnixEpoch }.IsBeingDeleted.ShouldBeFalse();
    }

    [Fact]
    public void HasFinalizer_ExactName_IsTheOnlyOneThatCounts()
    {
        var metadata = new ObjectMeta { Finalizers = ["other", "x/y"] };

        metadata.HasFinalizer("x/y").ShouldBeTrue();
        metadata.HasFinalizer("X/Y").ShouldBeFalse();
        metadata.HasFinalizer("x").ShouldBeFalse();
        new ObjectMeta().HasFinalizer("x/y").ShouldBeFalse();
    }
}
