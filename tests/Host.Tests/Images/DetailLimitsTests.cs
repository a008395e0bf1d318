using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Tests.Images;

public sealed class DetailLimitsTests
{
    [Fact]
    public void Read_LabelsWithoutEnd_AreKeptInTheOrderOfTheirKeysWithinTheLimits()
    {
        var labels = Enumerable.Range(0, 4200).ToDictionary(i => $"label-{i:d4}", i => i == 0 ? new string('x', 5000) : "value");

        var kept = Read(new ContainerConfiguration { Labels = labels }).Labels;

        kept.Keys.ShouldBe(Enumerable.Range(0, DetailLimits.Entries).Select(i => $"label-{i:d4}"));
        kept["label-0000"].Length.ShouldBe(DetailLimits.TextLength);
        kept["label-0000"].ShouldEndWith("x…");
        kept["label-0001"].ShouldBe("value");
    }

    [Fact]
    public void Read_AllThatMayBeLarge_IsSmall()
    {
        string[] many = [.. Enumerable.Range(0, 1000).Select(i => $"{i}={new string('y', 10_000)}")];
        var config = Read(new ContainerConfiguration
        {
            Labels = many.ToDictionary(text => text, text => text),
            Entrypoint = many,
            Command = many,
            Environment = many,
            User = many[0],
            WorkingDirectory = many[0],
        });

        DetailLimits.SizeOf(new ImageDetails { MediaType = "m", Config = config }).ShouldBeLessThan(160 * 1024);
    }

    [Theory]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abc…")]
    [InlineData("ab\U0001F600e", 4, "ab…")] // not half a character
    public void Cut_LongText_EndsWithTheSignOfIt(string text, int longest, string expected) => DetailLimits.Cut(text, longest).ShouldBe(expected);

    private static ImageConfigStatus Read(ContainerConfiguration container) =>
        ImageConfigReader.Read(new ImageManifest(), new ImageConfiguration { Config = container });
}
