using CsCheck;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Tests.Tags;

public class TagOrderTests
{
    [Theory]
    [InlineData("latest")]
    [InlineData("7abcdef")]
    [InlineData("")]
    public void Read_TagWithoutAVersion_HasNone(string tag) => VersionedTag.Read(tag).ShouldBe(new VersionedTag(tag, null));

    [Theory]
    [InlineData("1.9", "1.10.0")]
    [InlineData("v1.2.3", "1.2.4")]
    [InlineData("1.2.3", "v1.2.3")] // the text decides what is left
    [InlineData("1.2", "1.2.0")]
    [InlineData("latest", "0.0.1")]
    [InlineData("zzz", "0")]
    [InlineData("edge", "latest")]
    [InlineData("Latest", "latest")]
    public void Compare_VersionOrder_LowerComesFirst(string lower, string higher)
    {
        Compare(lower, higher).ShouldBeLessThan(0);
        Compare(higher, lower).ShouldBeGreaterThan(0);
        Compare(lower, lower).ShouldBe(0);
    }

    [Fact]
    public void Compare_NoTag_ComesFirst()
    {
        var tag = VersionedTag.Read("latest");

        TagOrder.ByVersion.Compare(null, tag).ShouldBeLessThan(0);
        TagOrder.ByVersion.Compare(tag, null).ShouldBeGreaterThan(0);
        TagOrder.ByVersion.Compare(null, null).ShouldBe(0);
    }

    [Fact]
    public void Compare_AnyTags_IsATotalOrder() =>
        Gen.Select(Tags, Tags, Tags).Sample((a, b, c) =>
        {
            VersionedTag x = VersionedTag.Read(a), y = VersionedTag.Read(b), z = VersionedTag.Read(c);
            var order = TagOrder.ByVersion;
            Math.Sign(order.Compare(x, y)).ShouldBe(-Math.Sign(order.Compare(y, x)));
            (order.Compare(x, y) == 0).ShouldBe(a == b);
            if (order.Compare(x, y) <= 0 && order.Compare(y, z) <= 0) order.Compare(x, z).ShouldBeLessThanOrEqualTo(0);
        });

    private static int Compare(string left, string right) => TagOrder.ByVersion.Compare(VersionedTag.Read(left), VersionedTag.Read(right));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Part = Gen.OneOf(
        Gen.Int[0, 30].Select(n => n.ToString()),
        OneOf("rc", "beta", "alpha", "alpine", "slim", "v", "x", "m1", "rc2", "0"));

    private static readonly Gen<string> Tags =
        Gen.Select(OneOf("", "v"), Part.Array[1, 5], OneOf('.', '-', '_').Array[5])
            .Select((prefix, parts, separators) => prefix + string.Concat(parts.Select((part, i) => i == 0 ? part : separators[i] + part)));
}
