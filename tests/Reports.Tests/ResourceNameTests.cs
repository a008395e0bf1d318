namespace RegistryOperator.Reports.Tests;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("shop", "web", "shop/web")]
    [InlineData("", "file", "file")]
    public void ToString_Name_IsNamespaceAndName(string @namespace, string name, string text) => new ResourceName(@namespace, name).ToString().ShouldBe(text);

    [Fact]
    public void ToString_NothingNamed_IsEmpty() => default(ResourceName).ToString().ShouldBeEmpty();
}
