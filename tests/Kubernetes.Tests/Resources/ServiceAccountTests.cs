using System.Text.Json;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class ServiceAccountTests
{
    [Fact]
    public void ImagePullSecrets_OfAnAccount_AreNamed() =>
        Read("""{"metadata":{"name":"default"},"secrets":[{"name":"token"}],"imagePullSecrets":[{"name":"one"},{},{"name":"two"}]}""")
            .ImagePullSecrets!.Select(secret => secret.Name).ShouldBe(["one", null, "two"]);

    [Fact]
    public void ImagePullSecrets_None_AreNull() => Read("""{"metadata":{}}""").ImagePullSecrets.ShouldBeNull();

    [Fact]
    public void ResourceType_ServiceAccounts_AreOfTheCoreGroup() =>
        (ServiceAccount.ResourceType.Group, ServiceAccount.ResourceType.Version, ServiceAccount.ResourceType.Plural).ShouldBe(("", "v1", "serviceaccounts"));

    private static ServiceAccount Read(string json) => JsonSerializer.Deserialize(json, ServiceAccount.ResourceType.Json)!;
}
