using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Settings;

public sealed class NetworkSettingsTests
{
    [Fact]
    public void Read_ListAsTextAndAsArray_IsReadWhole()
    {
        var options = NetworkSettings.Read(Configuration(
            ("Network:Allow", "10.0.0.0/8, minio.storage.svc:9000"), ("Network:Allow:0", "127.0.0.1:5000"),
            ("Network:TokenServers", "registry.acme.com=auth.acme.net")));

        options.Allow.Select(entry => entry.Text).ShouldBe(["10.0.0.0/8", "minio.storage.svc:9000", "127.0.0.1:5000"]);
        options.TokenServers.Count.ShouldBe(1);
    }

    [Fact]
    public void Read_Nothing_AllowsNothing()
    {
        var options = NetworkSettings.Read(Configuration());

        options.Allow.ShouldBeEmpty();
        options.TokenServers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Network:Allow", "10.0.0.0/33", "Setting Network:Allow: '10.0.0.0/33' is not a range of addresses")]
    [InlineData("Network:TokenServers", "auth.acme.net", "Setting Network:TokenServers: 'auth.acme.net' is not the host of a registry")]
    public void Read_InvalidEntry_SaysWhichAndWhatIsExpected(string key, string value, string expected) =>
        Should.Throw<InputException>(() => NetworkSettings.Read(Configuration((key, value)))).Message.ShouldStartWith(expected);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
