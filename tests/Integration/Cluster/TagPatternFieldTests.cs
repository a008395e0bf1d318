namespace RegistryOperator.Integration.Tests.Cluster;

/// <summary>The fields of patterns have no type, for they take a text or a list; the API server holds them to their bounds all the same.</summary>
public class TagPatternFieldTests(Support.Cluster cluster)
{
    [Theory]
    [InlineData("\"^1\"", null)]
    [InlineData("[\"^1\", \"^2\"]", null)]
    [InlineData("LONG", "spec.tagFilter.include")]
    [InlineData("MANY", "spec.tagFilter.include")]
    public async Task Apply_TextOrList_IsHeldToItsBounds(string include, string? refusal)
    {
        var value = include switch
        {
            "LONG" => $"\"{new string('a', 1025)}\"",
            "MANY" => $"[{string.Join(", ", Enumerable.Repeat("\"a\"", 33))}]",
            _ => include,
        };
        var resource = $$"""
            {"apiVersion": "registry.kubecontroller.io/v1alpha1", "kind": "Registry", "metadata": {"name": "patterns", "namespace": "default"},
             "spec": {"url": "https://registry.example.com", "repository": "shop/api", "tagFilter": {
             "include": {{value}}, "versions": "^1", "sortBy": "version"} } }
            """;

        var run = await cluster.Server.KubectlAsync(
            ["apply", "--dry-run=server", "-f", "-"], resource, TestContext.Current.CancellationToken);

        (run.ExitCode == 0).ShouldBe(refusal is null, run.Error);
        if (refusal is not null) run.Error.ShouldContain(refusal);
    }
}
