using System.Net;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Network;

public sealed class AllowedDestinationTests
{
    [Theory]
    [InlineData("127.0.0.0/8", "x", "127.1.2.3", 80, true)]
    [InlineData("127.0.0.0/8", "x", "128.0.0.1", 80, false)]
    [InlineData("127.0.0.0/8", "x", "::ffff:127.0.0.1", 80, true)]
    [InlineData("127.0.0.0/8", "x", "::1", 80, false)]
    [InlineData("10.1.2.3/8", "x", "10.9.9.9", 80, true)]
    [InlineData("0.0.0.0/0", "x", "10.9.9.9", 80, true)]
    [InlineData("::/0", "x", "10.9.9.9", 80, false)]
    [InlineData("fd00::/8", "x", "fd12::1", 80, true)]
    [InlineData("10.0.0.1", "x", "10.0.0.1", 80, true)]
    [InlineData("10.0.0.1", "x", "10.0.0.2", 80, false)]
    [InlineData("10.0.0.1:443", "x", "10.0.0.1", 443, true)]
    [InlineData("10.0.0.1:443", "x", "10.0.0.1", 80, false)]
    [InlineData("::1", "x", "::1", 80, true)]
    [InlineData("[::1]:5000", "x", "::1", 5000, true)]
    [InlineData("[::1]:5000", "x", "::1", 5001, false)]
    [InlineData("[fd00::1]", "x", "fd00::1", 5001, true)]
    [InlineData("minio.storage.svc", "minio.storage.svc", "10.0.0.1", 80, true)]
    [InlineData("minio.storage.svc", "MINIO.storage.svc.", "10.0.0.1", 80, true)]
    [InlineData("minio.storage.svc", "x.minio.storage.svc", "10.0.0.1", 80, false)]
    [InlineData("minio.storage.svc:9000", "minio.storage.svc", "10.0.0.1", 9000, true)]
    [InlineData("minio.storage.svc:9000", "minio.storage.svc", "10.0.0.1", 80, false)]
    public void Allows_Destination_IsWhatTheEntrySays(string entry, string host, string address, int port, bool expected) =>
        AllowedDestination.TryParse(entry).ShouldNotBeNull().Allows(host, IPAddress.Parse(address), port).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("fd00::/129")]
    [InlineData("x/8")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:")]
    [InlineData("ho st")]
    [InlineData("https://host")]
    [InlineData("*")]
    public void TryParse_NoDestination_IsNull(string text) => AllowedDestination.TryParse(text).ShouldBeNull();
}
