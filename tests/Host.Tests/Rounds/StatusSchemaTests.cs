using System.Text.Json;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Cli;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What the API server would refuse is left out of a status, and said.</summary>
public sealed class StatusSchemaTests
{
    [Fact]
    public void Fit_WholeStatus_IsTheSame()
    {
        var text = File.ReadAllText(Path.Combine(GoldenFile.Root, "tests", "Host.Tests", "Registry", "full-status.json"));
        var status = JsonSerializer.Deserialize(text, RegistryJson.Status)!;

        StatusSchema.Fit(status).ShouldBeSameAs(status);
    }

    [Theory]
    [InlineData("""{"images":[{"tag":"1","config":{"cmd":["x",null]}}]}""", "status.images[0].config.cmd[1]",
        """{"images":[{"tag":"1","config":{"cmd":["x"]}}]}""")]
    [InlineData("""{"images":[{"tag":"1","config":{"labels":{"a":null,"b":"c"}}}]}""", "status.images[0].config.labels.a",
        """{"images":[{"tag":"1","config":{"labels":{"b":"c"}}}]}""")]
    [InlineData("""{"images":[null,{"tag":"1"}]}""", "status.images[0]", """{"images":[{"tag":"1"}]}""")]
    [InlineData("""{"conditions":[{"type":"Ready","status":"Maybe"}]}""", "status.conditions[0].status, status.conditions[0]", "{}")]
    public void Fit_ValueThatDoesNotFit_IsLeftOutAndSaid(string written, string places, string expected)
    {
        var status = JsonSerializer.Deserialize(written, RegistryJson.Status)!;

        var fitting = StatusSchema.Fit(status with { Message = "Before." });

        fitting.Message.ShouldBe($"Before. Left out of the status, since it does not fit the schema of the CRD: {places}.");
        JsonSerializer.Serialize(fitting with { Message = null }, RegistryJson.Status).ShouldBe(expected);
    }

    [Fact]
    public void Fit_ManyValues_NamesSome()
    {
        var labels = Enumerable.Range(0, 20).ToDictionary(number => $"{number}", _ => (string)null!, StringComparer.Ordinal);
        var status = new RegistryStatus { Images = [new ImageStatus { Tag = "1", Config = new ImageConfigStatus { Labels = labels } }] };

        StatusSchema.Fit(status).Message.ShouldNotBeNull().ShouldEndWith("status.images[0].config.labels.2 and 17 more.");
    }

    /// <summary>As a tree, the status of a thousand images takes ten MiB, just when a scan ends.</summary>
    [Fact]
    public void Fit_ManyImages_MakesNoTreeOfThem()
    {
        var text = File.ReadAllText(Path.Combine(GoldenFile.Root, "tests", "Host.Tests", "Registry", "full-status.json"));
        var one = JsonSerializer.Deserialize(text, RegistryJson.Status)!;
        var status = one with { Images = [.. Enumerable.Repeat(one.Images, 500).SelectMany(images => images)] };
        var size = JsonSerializer.SerializeToUtf8Bytes(status, RegistryJson.Status).Length;
        StatusSchema.Fit(one);
        var before = GC.GetAllocatedBytesForCurrentThread();

        StatusSchema.Fit(status).ShouldBeSameAs(status);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * size);
    }
}
