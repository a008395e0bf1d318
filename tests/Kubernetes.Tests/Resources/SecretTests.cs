using System.Text;
using System.Text.Json;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class SecretTests
{
    private const string Json = """{"metadata":{"name":"pull","namespace":"default"},"type":"Opaque","data":{"password":"aHVudGVyMg=="}}""";

    [Fact]
    public void Data_Base64_IsDecoded() => Encoding.UTF8.GetString(Read().Data!["password"]).ShouldBe("hunter2");

    [Fact]
    public void ToString_Secret_NamesItAndShowsNoValue() => Read().ToString().ShouldBe("Secret default/pull");

    [Fact]
    public void ResourceType_Secrets_AreOfTheCoreGroup() =>
        (Secret.ResourceType.Group, Secret.ResourceType.Version, Secret.ResourceType.Plural).ShouldBe(("", "v1", "secrets"));

    [Fact]
    public void Data_NothingInIt_IsNull() => JsonSerializer.Deserialize("""{"metadata":{}}""", Secret.ResourceType.Json)!.Data.ShouldBeNull();

    private static Secret Read() => JsonSerializer.Deserialize(Json, Secret.ResourceType.Json)!;
}
