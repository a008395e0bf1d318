using Microsoft.Extensions.Configuration;
using RegistryOperator.Plugins.Provenance.Options;

namespace RegistryOperator.Provenance.Tests.Options;

public sealed class ProvenanceOptionsReaderTests
{
    [Fact]
    public void Read_NothingSet_HasTheBuiltInBuilders() => Read().TrustedBuilders.ShouldBe(BuiltInBuilders.All);

    [Fact]
    public void Read_OneBuilder_TakesThePlaceOfTheBuiltInOnes() =>
        Read(("TrustedBuilders", "https://ci.test/b@v*")).TrustedBuilders.ShouldBe(["https://ci.test/b@v*"]);

    [Fact]
    public void Read_List_HasAll() => Read(("TrustedBuilders:0", "https://ci.test/a"), ("trustedBuilders:1", "https://ci.test/b")).TrustedBuilders
        .ShouldBe(["https://ci.test/a", "https://ci.test/b"]);

    [Theory]
    [InlineData("TrustedBuilders", "*", "Plugins:Provenance:TrustedBuilders is '*': expected the https URI of a builder")]
    [InlineData("TrustedBuilders", "https://*", "Plugins:Provenance:TrustedBuilders is 'https://*'")]
    [InlineData("TrustedBuilders", "https://ci.test/*", "Plugins:Provenance:TrustedBuilders is 'https://ci.test/*'")]
    [InlineData("TrustedBuilders:0", "https://ci.test/*/b", "Plugins:Provenance:TrustedBuilders:0 is")]
    [InlineData("TrustedBuilders", "http://ci.test/b", "Plugins:Provenance:TrustedBuilders is")]
    [InlineData("TrustedBuilders", "", "Plugins:Provenance:TrustedBuilders is ''")]
    [InlineData("Builders", "x", "Plugins:Provenance:Builders is not a setting of this plugin: it has TrustedBuilders.")]
    public void Read_WrongSetting_IsNamed(string key, string value, string message) =>
        Should.Throw<ProvenanceOptionsException>(() => Read((key, value))).Message.ShouldStartWith(message);

    private static ProvenanceOptions Read(params (string Key, string Value)[] settings) => new ProvenanceOptionsReader(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create<string, string?>(one.Key, one.Value))).Build(),
        ProvenanceOptions.Section).Read();
}
