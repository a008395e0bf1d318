namespace RegistryOperator.Kubernetes.Tests;

public sealed class ResourceKeyTests
{
    [Theory]
    [InlineData("team-a/app", "team-a", "app")]
    [InlineData("widgets.example.com", "", "widgets.example.com")]
    public void Parse_Key_RoundTrips(string text, string ns, string name)
    {
        var key = ResourceKey.Parse(text);

        key.ShouldBe(new ResourceKey(ns, name));
        key.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/app")]
    [InlineData("team-a/")]
    [InlineData("a/b/c")]
    public void Parse_OtherText_SaysWhatToWrite(string text) =>
        Should.Throw<FormatException>(() => ResourceKey.Parse(text)).Message.ShouldContain("NAMESPACE/NAME");
}
