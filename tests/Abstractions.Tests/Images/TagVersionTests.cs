using System.Numerics;
using CsCheck;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Abstractions.Tests.Images;

public class TagVersionTests
{
    [Theory]
    [InlineData("1.2.3", 3, false, "")]
    [InlineData("v1.25.0", 3, false, "")]
    [InlineData("V1.25.0", 3, false, "")]
    [InlineData("7", 1, false, "")]
    [InlineData("v7", 1, false, "")]
    [InlineData("3.19-alpine", 2, false, "alpine")]
    [InlineData("3.19_alpine", 2, false, "alpine")]
    [InlineData("3.19.alpine", 2, false, "alpine")]
    [InlineData("3.19--alpine-slim", 2, false, "alpine-slim")]
    [InlineData("1.2.3-rc.1", 3, true, "")]
    [InlineData("1.2rc1", 2, true, "")]
    [InlineData("1.2.3RC1", 3, true, "")]
    [InlineData("1.2.3-rc1-alpine", 3, true, "alpine")]
    [InlineData("1.2.3-rc.1.2-alpine", 3, true, "alpine")]
    [InlineData("1.2.3-rc.1-alpine-2", 3, true, "alpine-2")]
    [InlineData("1.2.3-rc-rc", 3, true, "rc")]
    [InlineData("2.0.0-beta2-bookworm-slim", 3, true, "bookworm-slim")]
    [InlineData("20240131", 1, false, "")]
    [InlineData("1.2.3.4", 4, false, "")]
    [InlineData("8.0.100-preview.7.24407.12", 3, true, "")]
    [InlineData("1.2.3_build5", 3, false, "build5")]
    [InlineData("1.2.3-5", 3, false, "5")]
    [InlineData("1.2.3-", 3, false, "")]
    [InlineData("1.", 1, false, "")]
    [InlineData("1..2", 1, false, "2")]
    [InlineData("1.2.3-alphanumeric", 3, false, "alphanumeric")] // not the word `alpha`
    public void TryParse_VersionLikeTag_IsRead(string tag, int parts, bool preRelease, string variant)
    {
        TagVersion.TryParse(tag, out var version).ShouldBeTrue();
        version.PartCount.ShouldBe(parts);
        version.IsPreRelease.ShouldBe(preRelease);
        version.Variant.ShouldBe(variant);
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("beta")]
    [InlineData("rc")]
    [InlineData("cr")]
    [InlineData("pre")]
    [InlineData("preview")]
    [InlineData("dev")]
    [InlineData("snapshot")]
    [InlineData("nightly")]
    [InlineData("canary")]
    [InlineData("next")]
    [InlineData("milestone")]
    [InlineData("m")]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("ea")]
    public void TryParse_PreReleaseWord_ComesBeforeTheReleaseInEveryWriting(string word)
    {
        foreach (var tag in (string[])[$"1.0.0-{word}", $"1.0.0{word}", $"1.0.0_{word}.2", $"1.0.0.{word}3", $"1.0.0-{word.ToUpperInvariant()}1"])
        {
            TagVersion.TryParse(tag, out var version).ShouldBeTrue(tag);
            version.IsPreRelease.ShouldBeTrue(tag);
            version.Variant.ShouldBe("", tag);
            Compare(tag, "1.0.0").ShouldBeLessThan(0, tag);
        }

        TagVersion.TryParse($"1.0.0-{word}zz", out var other).ShouldBeTrue();
        other.IsPreRelease.ShouldBeFalse();
        other.Variant.ShouldBe(word + "zz");
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("bookworm-slim")]
    [InlineData("7abcdef")]
    [InlineData("1.2.3abc")]
    [InlineData("1+2")]
    [InlineData("v")]
    [InlineData("vv1")]
    [InlineData("v-1")]
    [InlineData("-1")]
    [InlineData(".1")]
    [InlineData("")]
    [InlineData("sha-1.2.3")]
    [InlineData("x1.2.3")]
    [InlineData(null)]
    public void TryParse_OtherTag_IsNoVersion(string? tag)
    {
        TagVersion.TryParse(tag, out var version).ShouldBeFalse();
        version.ShouldBeNull();
    }

    [Fact]
    public void Number_OfATag_IsItsPartAndZeroBeyond()
    {
        TagVersion.TryParse("v10.20.0030-x", out var version).ShouldBeTrue();

        new[] { 0, 1, 2, 3, 9 }.Select(version.Number).ShouldBe(new BigInteger[] { 10, 20, 30, 0, 0 });
    }

    [Theory]
    [InlineData("1.2.3", "1.2.10")]
    [InlineData("1.9", "1.10.0")]
    [InlineData("1.2", "1.2.0.1")]
    [InlineData("9.9.9", "10.0.0")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-rc.1", "1.0.0-alpine")]
    [InlineData("1.0.0", "1.0.1-rc.1")]
    [InlineData("1.0.0-alpha", "1.0.0-beta")]
    [InlineData("1.0.0-beta", "1.0.0-RC")]
    [InlineData("1.0.0-rc", "1.0.0-rc.1")]
    [InlineData("v1.0.0-rc", "1.0.0-rc.1")]
    [InlineData("1.0.0-rc9", "1.0.0-rc10")]
    [InlineData("1.0.0-rc.9", "1.0.0-rc10")]
    [InlineData("1.0.0-rc.1", "1.0.0-rc.1.1")]
    [InlineData("1.0.0-rc.1.9", "1.0.0-rc.1.10")]
    [InlineData("1.0.0-rc.2", "1.0.0-rc1x")] // SemVer: numbers come before words
    [InlineData("1.0.0-rc1x", "1.0.0-rc1y")]
    [InlineData("1.0.0-rc.1-alpine", "1.0.0-rc.1-slim")]
    [InlineData("1.0.0-rc.1-slim", "1.0.0-rc.2-alpine")]
    [InlineData("v1.2.3", "1.2.4")]
    [InlineData("20240131", "20240201")]
    [InlineData("99999999999999999999998", "99999999999999999999999")]
    [InlineData("1.2.3", "1.2.3-alpine")]
    [InlineData("1.2.3-alpine", "1.2.3-bookworm")]
    [InlineData("v1.2.3-alpine", "1.2.3-bookworm")]
    public void CompareTo_VersionOrder_LowerComesFirst(string lower, string higher)
    {
        Compare(lower, higher).ShouldBeLessThan(0);
        Compare(higher, lower).ShouldBeGreaterThan(0);
        Compare(lower, lower).ShouldBe(0);
    }

    [Theory]
    [InlineData("1.2", "1.2.0")]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("1.0.0-rc1", "1.0.0-RC.1")]
    [InlineData("007", "7")]
    public void CompareTo_SameVersionWrittenDifferently_IsEqual(string one, string other)
    {
        TagVersion.TryParse(one, out var x).ShouldBeTrue();
        TagVersion.TryParse(other, out var y).ShouldBeTrue();

        x.CompareTo(y).ShouldBe(0);
        y.CompareTo(x).ShouldBe(0);
        x.CompareTo(null).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void CompareTo_AnyVersions_IsATotalOrder() =>
        Gen.Select(Versions, Versions, Versions).Sample((x, y, z) =>
        {
            Math.Sign(x.CompareTo(y)).ShouldBe(-Math.Sign(y.CompareTo(x)));
            x.CompareTo(x).ShouldBe(0);
            if (x.CompareTo(y) <= 0 && y.CompareTo(z) <= 0) x.CompareTo(z).ShouldBeLessThanOrEqualTo(0);
        });

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void TryParse_NumberOfThisLength_IsReadUpToTheLongestTag(int length, bool expected) =>
        TagVersion.TryParse(new string('1', length), out _).ShouldBe(expected);

    [Fact]
    public void TryParse_AnyText_EndsAndKeepsTheVariantInsideTheTag() =>
        Gen.String[0, 40].Sample(text =>
        {
            if (TagVersion.TryParse(text, out var version)) text.ShouldEndWith(version.Variant);
        });

    private static int Compare(string left, string right)
    {
        TagVersion.TryParse(left, out var x).ShouldBeTrue(left);
        TagVersion.TryParse(right, out var y).ShouldBeTrue(right);
        return x.CompareTo(y);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static readonly Gen<string> Part = Gen.OneOf(
        Gen.Int[0, 30].Select(n => n.ToString()),
        OneOf("rc", "beta", "alpha", "alpine", "slim", "v", "x", "m1", "rc2", "0"));

    private static readonly Gen<string> Tags =
        Gen.Select(OneOf("", "v"), Part.Array[1, 5], OneOf('.', '-', '_').Array[5])
            .Select((prefix, parts, separators) => prefix + string.Concat(parts.Select((part, i) => i == 0 ? part : separators[i] + part)));

    private static readonly Gen<TagVersion> Versions =
        Tags.Select(tag => TagVersion.TryParse(tag, out var version) ? version : null).Where(version => version is not null).Select(version => version!);
}
