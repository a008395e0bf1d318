using CsCheck;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Tests.Tags;

public class TagPreferenceTests
{
    [Theory]
    [InlineData("1.31.4 1.31 1 latest 1.31.4-alpine 1.30.9", "1.31.4 1.31.4-alpine 1.31 1.30.9 1 latest")]
    [InlineData("1.0.0-alpine3.9-slim 1.0.0-alpine3.10 1.0.0-slim 1.0.0", "1.0.0 1.0.0-slim 1.0.0-alpine3.10 1.0.0-alpine3.9-slim")]
    [InlineData("1.0.0-r9 1.0.0-r10", "1.0.0-r10 1.0.0-r9")]
    [InlineData("1.0 1.0.0", "1.0.0 1.0")]
    [InlineData("v2.0.0 2.0.0 v1.0.0", "2.0.0 v2.0.0 v1.0.0")]
    // Dates and builds are no versions.
    [InlineData("20240131 4711000 1.0.0 2 2024-01-31 2022-slim 2900-1", "2900-1 2022-slim 2 1.0.0 20240131 4711000 2024-01-31")]
    public void HighestFirst_Tags_FullBeforeFloatingPlainBeforeVariants(string tags, string expected) =>
        string.Join(' ', tags.Split(' ').Select(VersionedTag.Read).Order(TagPreference.HighestFirst).Select(tag => tag.Tag)).ShouldBe(expected);

    [Fact]
    public void LowestFirst_Tags_PlainBeforeVariantsToo() =>
        string.Join(' ', "1.1.0 1.0.0-slim latest 1.0.0".Split(' ').Select(VersionedTag.Read).Order(TagPreference.LowestFirst).Select(tag => tag.Tag))
            .ShouldBe("1.0.0 1.0.0-slim 1.1.0 latest");

    [Fact]
    public void Compare_AnyTags_IsATotalOrder() =>
        Gen.Select(Tags, Tags, Tags, Gen.Bool).Sample((a, b, c, highest) =>
        {
            var order = highest ? TagPreference.HighestFirst : TagPreference.LowestFirst;
            VersionedTag x = VersionedTag.Read(a), y = VersionedTag.Read(b), z = VersionedTag.Read(c);
            Math.Sign(order.Compare(x, y)).ShouldBe(-Math.Sign(order.Compare(y, x)));
            order.Compare(x, x).ShouldBe(0);
            if (order.Compare(x, y) <= 0 && order.Compare(y, z) <= 0) order.Compare(x, z).ShouldBeLessThanOrEqualTo(0);
        });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Part = Gen.OneOf(Gen.Int[0, 12].Select(n => n.ToString()), OneOf("rc", "alpine", "alpine3", "slim", "v", "r2", "0"));

    private static readonly Gen<string> Tags =
        Gen.Select(OneOf("", "v"), Part.Array[1, 5], OneOf('.', '-', '_').Array[5])
            .Select((prefix, parts, separators) => prefix + string.Concat(parts.Select((part, i) => i == 0 ? part : separators[i] + part)));
}
