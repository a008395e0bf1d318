using System.Net;
using CsCheck;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Network;

public sealed class SpecialAddressesTests
{
    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("1.1.1.1", "Public")]
    [InlineData("9.255.255.255", "Public")]
    [InlineData("11.0.0.0", "Public")]
    [InlineData("100.63.255.255", "Public")]
    [InlineData("100.128.0.0", "Public")]
    [InlineData("126.255.255.255", "Public")]
    [InlineData("128.0.0.0", "Public")]
    [InlineData("169.253.255.255", "Public")]
    [InlineData("169.255.0.0", "Public")]
    [InlineData("172.15.255.255", "Public")]
    [InlineData("172.32.0.0", "Public")]
    [InlineData("192.167.255.255", "Public")]
    [InlineData("192.169.0.0", "Public")]
    [InlineData("223.255.255.255", "Public")]
    [InlineData("2600::1", "Public")]
    [InlineData("2a00:1450:4001::1", "Public")]
    [InlineData("10.0.0.0", "Private")]
    [InlineData("10.255.255.255", "Private")]
    [InlineData("172.16.0.0", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.0.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("100.127.255.255", "Private")]
    [InlineData("192.0.0.1", "Private")]
    [InlineData("192.0.2.1", "Private")]
    [InlineData("198.18.0.1", "Private")]
    [InlineData("198.51.100.1", "Private")]
    [InlineData("203.0.113.1", "Private")]
    [InlineData("fc00::1", "Private")]
    [InlineData("fdff:ffff::1", "Private")]
    [InlineData("fec0::1", "Private")]
    [InlineData("2001:db8::1", "Private")]
    [InlineData("3fff::1", "Private")]
    [InlineData("127.0.0.1", "Loopback")]
    [InlineData("127.0.0.2", "Loopback")]
    [InlineData("127.255.255.255", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("169.254.0.1", "LinkLocal")]
    [InlineData("169.254.169.253", "LinkLocal")]
    [InlineData("fe80::1", "LinkLocal")]
    [InlineData("febf::1", "LinkLocal")]
    [InlineData("fe80::1%1", "LinkLocal")]
    [InlineData("169.254.169.254", "Metadata")]
    [InlineData("169.254.170.2", "Metadata")]
    [InlineData("169.254.170.23", "Metadata")]
    [InlineData("100.100.100.200", "Metadata")]
    [InlineData("168.63.129.16", "Metadata")]
    [InlineData("192.0.0.192", "Metadata")]
    [InlineData("fd00:ec2::254", "Metadata")]
    [InlineData("fd00:ec2::23", "Metadata")]
    [InlineData("fd20:ce::254", "Metadata")]
    [InlineData("fe80::a9fe:a9fe", "Metadata")]
    [InlineData("0.0.0.0", "Unusable")]
    [InlineData("0.1.2.3", "Unusable")]
    [InlineData("224.0.0.1", "Unusable")]
    [InlineData("239.255.255.255", "Unusable")]
    [InlineData("240.0.0.1", "Unusable")]
    [InlineData("255.255.255.255", "Unusable")]
    [InlineData("::", "Unusable")]
    [InlineData("ff02::1", "Unusable")]
    [InlineData("100::1", "Unusable")]
    [InlineData("4000::1", "Unusable")]
    [InlineData("::2:0:0:0", "Unusable")]
    public void RangeOf_Address_IsOfThisKind(string address, string kind) => KindOf(address).ShouldBe(kind);

    [Theory]
    [InlineData("::ffff:127.0.0.1", "Loopback")]
    [InlineData("::ffff:169.254.169.254", "Metadata")]
    [InlineData("::ffff:10.0.0.1", "Private")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("::ffff:0:127.0.0.1", "Loopback")]
    [InlineData("::127.0.0.1", "Loopback")]
    [InlineData("::169.254.169.254", "Metadata")]
    [InlineData("::0.0.0.2", "Unusable")]
    [InlineData("64:ff9b::127.0.0.1", "Loopback")]
    [InlineData("64:ff9b::169.254.169.254", "Metadata")]
    [InlineData("64:ff9b::192.168.0.1", "Private")]
    [InlineData("64:ff9b::8.8.8.8", "Public")]
    [InlineData("64:ff9b:1::127.0.0.1", "Loopback")]
    [InlineData("64:ff9b:1::8.8.8.8", "Public")]
    [InlineData("64:ff9b:1::10.0.0.1", "Private")]
    [InlineData("64:ff9b:1::169.254.169.254", "Metadata")]
    [InlineData("64:ff9b:1::0.0.0.0", "Unusable")]
    [InlineData("64:ff9b:1:fffe::8.8.8.8", "Private")]
    [InlineData("2002:7f00:1::", "Loopback")]
    [InlineData("2002:a9fe:a9fe::1", "Metadata")]
    [InlineData("2002:a00:1::1", "Private")]
    [InlineData("2002:808:808::1", "Public")]
    // Teredo: the server in the open, the client inverted.
    [InlineData("2001:0:7f00:1::", "Unusable")]
    [InlineData("2001:0:808:808:0:0:80ff:fffe", "Loopback")]
    [InlineData("2001:0:808:808:0:0:5601:5601", "Metadata")]
    [InlineData("2001:0:808:808:0:0:f7f7:f7f7", "Public")]
    [InlineData("2600::5efe:127.0.0.1", "Loopback")]
    [InlineData("2600::200:5efe:10.0.0.1", "Private")]
    [InlineData("fe80::5efe:8.8.8.8", "LinkLocal")]
    [InlineData("fe80::5efe:169.254.169.254", "Metadata")]
    public void RangeOf_AddressWithAnotherInside_IsOfTheOneThatIsGoodForLess(string address, string kind) => KindOf(address).ShouldBe(kind);

    [Fact]
    public void RangeOf_AnyIPv4Address_IsTheSameInItsMappedAndTranslatedForms() => Gen.Byte.Array[4].Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        var range = SpecialAddresses.RangeOf(address);

        SpecialAddresses.RangeOf(address.MapToIPv6()).ShouldBe(range);
        SpecialAddresses.RangeOf(IPAddress.Parse($"64:ff9b::{address}")).ShouldBe(range);
    });

    private static string KindOf(string address) => SpecialAddresses.RangeOf(IPAddress.Parse(address)).Kind.ToString();
}
