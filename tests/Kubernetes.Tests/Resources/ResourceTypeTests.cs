using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class ResourceTypeTests
{
    [Theory]
    [InlineData(null, "apis/test.example.com/v1/widgets")]
    [InlineData("", "apis/test.example.com/v1/widgets")]
    [InlineData("team-a", "apis/test.example.com/v1/namespaces/team-a/widgets")]
    public void CollectionPath_Namespace_IsInThePath(string? ns, string path) => Widget.Type.CollectionPath(ns).ShouldBe(path);

    [Fact]
    public void CollectionPath_CoreGroup_IsUnderApi() => Secret.ResourceType.CollectionPath("team-a").ShouldBe("api/v1/namespaces/team-a/secrets");

    [Fact]
    public void ResourcePath_ClusterScoped_HasNoNamespace() =>
        (Widget.Type with { IsNamespaced = false }).ResourcePath(new ResourceKey("", "a")).ShouldBe("apis/test.example.com/v1/widgets/a");

    [Fact]
    public void ResourcePath_Subresource_Follows() =>
        Widget.Type.ResourcePath(new ResourceKey("team-a", "a"), "status").ShouldBe("apis/test.example.com/v1/namespaces/team-a/widgets/a/status");

    [Fact]
    public void ResourcePath_NameWithASlash_IsEscaped() =>
        Widget.Type.ResourcePath(new ResourceKey("team-a", "../x")).ShouldEndWith("/widgets/..%2Fx");

    [Theory]
    [InlineData("", "a")]
    [InlineData("team-a", "")]
    public void ResourcePath_PartMissing_IsRefused(string ns, string name) =>
        Should.Throw<ArgumentException>(() => Widget.Type.ResourcePath(new ResourceKey(ns, name)));
}
