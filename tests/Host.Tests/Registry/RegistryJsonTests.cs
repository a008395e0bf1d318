using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Tests.Registry;

public sealed class RegistryJsonTests
{
    [Fact]
    public void Deserialize_AbsentAndNullCollections_AreEmpty()
    {
        var status = JsonSerializer.Deserialize("""{"images":[{"tag":"a","platforms":null,"config":{}}]}""", RegistryJson.Status)!;

        status.Conditions.ShouldBeEmpty();
        status.Images[0].Platforms.ShouldBeEmpty();
        status.Images[0].Config!.Labels.ShouldBeEmpty();
    }

    [Fact]
    public void Serialize_NullsAndEmptyCollections_AreLeftOut()
    {
        var status = new RegistryStatus
        {
            LastScanStatus = ScanStatuses.Success,
            Images = [new ImageStatus { Tag = "a", Platforms = [], Config = new ImageConfigStatus() }],
        };

        JsonSerializer.Serialize(status, RegistryJson.Status).ShouldBe("""{"lastScanStatus":"Success","images":[{"tag":"a","config":{}}]}""");
    }

    [Fact]
    public void ReadModifyWrite_UnknownFields_Survive()
    {
        const string written = """{"message":"m","images":[{"tag":"a","scans":{"licences":{"result":"ok"}}}],"shard":7}""";
        var status = JsonSerializer.Deserialize(written, RegistryJson.Status)!;

        var text = JsonSerializer.Serialize(status with { Message = "n", Images = [status.Images[0] with { Size = 5 }] }, RegistryJson.Status);

        JsonNode.DeepEquals(
            JsonNode.Parse(text),
            JsonNode.Parse("""{"message":"n","images":[{"tag":"a","size":5,"scans":{"licences":{"result":"ok"}}}],"shard":7}""")).ShouldBeTrue(text);
    }

    [Fact]
    public void ReadModifyWrite_UnknownMetadata_Survives()
    {
        const string written =
            """{"apiVersion":"registry.kubecontroller.io/v1alpha1","kind":"Registry","metadata":""" +
            """{"name":"a","managedFields":[{"manager":"kubectl"}]},"spec":{"url":"https://r","repository":"a"}}""";

        var resource = JsonSerializer.Deserialize(written, RegistryJson.Resource)!;

        JsonSerializer.Serialize(resource, RegistryJson.Resource).ShouldBe(written);
    }

    [Fact]
    public void Deserialize_ItemOfAList_TakesApiVersionAndKindAsGiven()
    {
        var resource = JsonSerializer.Deserialize("""{"metadata":{"name":"a"}}""", RegistryJson.Resource)!;

        resource.ApiVersion.ShouldBe(RegistryGroup.ApiVersion);
        resource.Kind.ShouldBe(RegistryGroup.Kind);
        resource.FullName.ShouldBe("default/a");
        resource.Spec.Url.ShouldBe("");
    }

    [Fact]
    public void Serialize_Times_AreUtcWithWholeSeconds()
    {
        var status = new RegistryStatus { LastScanTime = new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)) };

        JsonSerializer.Serialize(status, RegistryJson.Status).ShouldBe("""{"lastScanTime":"2030-01-02T01:04:05Z"}""");
    }

    [Theory]
    [InlineData("""{"lastScanTime":"yesterday"}""")]
    [InlineData("""{"lastScanTime":5}""")]
    public void Deserialize_NotATime_SaysWhatIsExpected(string json)
    {
        var error = Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, RegistryJson.Status));

        error.Message.ShouldContain("RFC 3339");
        error.Path.ShouldBe("$.lastScanTime");
    }

    [Theory]
    [InlineData("shop", "shop/api")]
    [InlineData(null, "default/api")]
    public void FullName_Namespace_IsThatOfKubectl(string? ns, string expected) =>
        new RegistryResource { Metadata = new() { Namespace = ns, Name = "api" } }.FullName.ShouldBe(expected);

    [Fact]
    public void Serialize_SetsAndSequencesOfAnyKind_AreLeftOutWhenEmpty()
    {
        var status = new RegistryStatus
        {
            Images = new ReadOnlyList<ImageStatus>([]),
            Truncated = new TruncationStatus { Counts = new SortedDictionary<string, int>() },
        };

        JsonSerializer.Serialize(status, RegistryJson.Status).ShouldBe("""{"truncated":{}}""");
        JsonSerializer.Serialize(status with { Images = new ReadOnlyList<ImageStatus>([new ImageStatus { Tag = "a" }]) }, RegistryJson.Status)
            .ShouldBe("""{"images":[{"tag":"a"}],"truncated":{}}""");
    }

    [Fact]
    public void ConditionOfOthers_NotWholeOrWithAnOddTime_DoesNotMakeTheResourceUnreadable()
    {
        var resource = JsonSerializer.Deserialize("""{"metadata":{"name":"a"},"status":{"conditions":[{"reason":"ByHand"}]}}""", RegistryJson.Resource)!;

        var condition = resource.Status!.Conditions.ShouldHaveSingleItem();
        (condition.Type, condition.Status, condition.LastTransitionTime).ShouldBe(("", "Unknown", null));
    }

    /// <summary>A list that is no <c>ICollection</c>, as LINQ and immutable types have them.</summary>
    private sealed class ReadOnlyList<T>(T[] items) : IReadOnlyList<T>
    {
        public int Count => items.Length;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator() => items.AsEnumerable().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
