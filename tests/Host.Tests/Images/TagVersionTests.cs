using CsCheck;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class TagVersionTests
{
    [Theory]
    [InlineData("1.2.3", 3, false, "")]
    [InlineData("v1.25.0", 3, false, "")]
    [InlineData("3.19-alpine", 2, false, "alpine")]
    [InlineData("1.2.3-rc.1", 3, true, "")]
    [InlineData("1.2rc1", 2, true, "")]
    [InlineData("2.0.0-beta2-bookworm-slim", 3, true, "bookworm-slim")]
    [InlineData("20240131", 1, false, "")]
    [InlineData("1.2.3.4", 4, false, "")]
    [InlineData("8.0.100-preview.7.24407.12", 3, true, "")]
    [InlineData("1.2.3_build5", 3, false, "build5")]
    public void TryParse_VersionLikeTag_IsRead(string tag, int parts, bool preRelease, string variant)
    {
        TagVersion.TryParse(tag, out var version).ShouldBeTrue();
        version.PartCount.ShouldBe(parts);
        version.IsPreRelease.ShouldBe(preRelease);
        version.Variant.ShouldBe(variant);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("bookworm-slim")]
    [InlineData("7abcdef")]
    [InlineData("v")]
    [InlineData("")]
    [InlineData("sha-1.2.3")]
    public void TryParse_OtherTag_IsNoVersion(string tag) => TagVersion.TryParse(tag, out _).ShouldBeFalse();

    [Theory]
    [InlineData("1.2.3", "1.2.10")]
    [InlineData("1.9", "1.10.0")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-alpha", "1.0.0-beta")]
    [InlineData("1.0.0-rc9", "1.0.0-rc10")]
    [InlineData("1.0.0-rc.1", "1.0.0-rc.1.1")]
    [InlineData("v1.2.3", "1.2.4")]
    [InlineData("20240131", "20240201")]
    [InlineData("latest", "0.0.1")]
    [InlineData("1.2.3-alpine", "1.2.3-bookworm")]
    public void Compare_VersionOrder_LowerComesFirst(string lower, string higher) =>
        TagOrder.ByVersion.Compare(VersionedTag.Read(lower), VersionedTag.Read(higher)).ShouldBeLessThan(0);

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

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Part = Gen.OneOf(
        Gen.Int[0, 30].Select(n => n.ToString()),
        OneOf("rc", "beta", "alpha", "alpine", "slim", "v", "x", "m1", "rc2", "0"));

    private static readonly Gen<string> Tags =
        Gen.Select(OneOf("", "v"), Part.Array[1, 5], OneOf('.', '-', '_').Array[5])
            .Select((prefix, parts, separators) => prefix + string.Concat(parts.Select((part, i) => i == 0 ? part : separators[i] + part)));
}
