using RegistryOperator.Plugins.Syft.Runs;

namespace RegistryOperator.Syft.Tests.Runs;

public sealed class PrivateHostTests
{
    [Theory]
    [InlineData("https://localhost", true)]
    [InlineData("https://localhost:5000", true)]
    [InlineData("https://127.0.0.1:5000", true)]
    [InlineData("https://127.1.2.3", true)]
    [InlineData("https://[::1]:5000", true)]
    [InlineData("https://10.255.0.1", true)]
    [InlineData("https://172.16.0.1", true)]
    [InlineData("https://172.31.255.255", true)]
    [InlineData("https://172.32.0.1", false)]
    [InlineData("https://192.168.1.1:443", true)]
    [InlineData("https://192.169.1.1", false)]
    [InlineData("https://registry.svc.cluster.local:5000", true)]
    [InlineData("https://registry.LOCAL", true)]
    [InlineData("https://dev.localhost", true)]
    [InlineData("https://172.15.255.255", false)]
    [InlineData("https://9.255.255.255", false)]
    [InlineData("https://11.0.0.1", false)]
    [InlineData("https://192.167.255.255", false)]
    [InlineData("https://[fd00::1]", false)]
    [InlineData("https://local.example.com", false)]
    [InlineData("https://mylocal", false)]
    [InlineData("https://registry-1.docker.io", false)]
    public void Is_Host_IsPrivateAsSyftsLibrarySeesIt(string registry, bool expected) => PrivateHost.Is(new Uri(registry)).ShouldBe(expected);
}
