using System.Text.Json.Nodes;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class DependenciesFileTests : IDisposable
{
    private const string WellFormed = """
        {
          "runtimeTarget": { "name": "T" },
          "targets": { "T": { "A/1.0.0": {
            "runtime": { "A.dll": {} },
            "runtimeTargets": { "runtimes/linux-x64/native/a.so": { "rid": "linux-x64", "assetType": "native", "fileVersion": "0.0.0.0" } } } } },
          "libraries": { "A/1.0.0": { "type": "project", "serviceable": false, "sha512": "" } }
        }
        """;

    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData(WellFormed)]
    [InlineData("""{ "runtimeTarget": "T", "targets": { "T": {} }, "libraries": {} }""")]
    public void Check_WhatABuildWrites_Passes(string content) => Should.NotThrow(() => Check(content));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "runtimeTarget": {}, "targets": {}, "libraries": {} }""")]
    [InlineData("""{ "runtimeTarget": "other", "targets": { "T": {} }, "libraries": {} }""")]
    public void Check_AnotherDocument_IsRefused(string content) =>
        Should.Throw<PluginException>(() => Check(content))
            .Message.ShouldBe("P.deps.json is not a list of dependencies as a build writes it: copy the output of 'dotnet publish' again.");

    [Fact]
    public void Check_AnyMemberOfAnotherType_IsRefused()
    {
        // Each of these ends the process when the runtime reads it.
        foreach (var path in (string[])[
            "runtimeTarget", "runtimeTarget/name", "targets", "targets/T", "targets/T/A~1.0.0", "targets/T/A~1.0.0/runtime", "targets/T/A~1.0.0/runtime/A.dll",
            "libraries", "libraries/A~1.0.0", "libraries/A~1.0.0/type", "libraries/A~1.0.0/serviceable", "libraries/A~1.0.0/sha512"])
        {
            var document = JsonNode.Parse(WellFormed)!;
            var steps = path.Split('/').Select(step => step.Replace('~', '/')).ToList();
            var parent = steps[..^1].Aggregate(document, (node, step) => node[step]!);
            parent[steps[^1]] = 7;

            Should.Throw<PluginException>(() => Check(document.ToJsonString()), path);
        }
    }

    [Theory]
    [InlineData("runtime", "7")]
    [InlineData("native", "7")]
    [InlineData("resources", "[]")]
    [InlineData("runtimeTargets", "[]")]
    [InlineData("native", """{ "a.so": 7 }""")]
    [InlineData("resources", """{ "a.dll": "x" }""")]
    [InlineData("runtimeTargets", """{ "a.so": { "assetType": "native" } }""")]
    [InlineData("runtimeTargets", """{ "a.so": { "rid": "linux-x64" } }""")]
    [InlineData("runtimeTargets", """{ "a.so": { "rid": 7, "assetType": "native" } }""")]
    public void Check_AnyGroupOfAssetsOfAnotherShape_IsRefused(string group, string value)
    {
        var document = JsonNode.Parse(WellFormed)!;
        document["targets"]!["T"]!["A/1.0.0"]![group] = JsonNode.Parse(value);

        Should.Throw<PluginException>(() => Check(document.ToJsonString()));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("sha512")]
    [InlineData("serviceable")]
    public void Check_LibraryThatLacksAMember_IsRefused(string member)
    {
        var document = JsonNode.Parse(WellFormed)!;
        document["libraries"]!["A/1.0.0"]!.AsObject().Remove(member);

        Should.Throw<PluginException>(() => Check(document.ToJsonString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"runtimeTarget\":")]
    public void Check_NoJson_IsRefused(string content) =>
        Should.Throw<PluginException>(() => Check(content)).Message.ShouldBe("P.deps.json is not JSON: copy the output of 'dotnet publish' again.");

    private void Check(string content) => DependenciesFile.Check(Path.Combine(_sandbox.AddFiles("P", ("P.deps.json", content)), "P.deps.json"));
}
