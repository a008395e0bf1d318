using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Tests.Images;

namespace RegistryOperator.Host.Tests.Tags;

public class ImageOrderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Images as `tag@day`; without a day the image does not say. `tag!` is no image, `tag?` could not be read and was unknown, `tag?5` could
    /// not be read and was made on day 5, `tag??` could not be read and was an image that does not say, `tag?!` was no image.
    /// </summary>
    [Theory]
    [InlineData("2.0.0@1 1.4.9@2 10.0.0-rc.1@0", "1.4.9 2.0.0 10.0.0-rc.1")]
    [InlineData("1.9.0 1.10.0 1.8.0", "1.10.0 1.9.0 1.8.0")] // no times: by version
    [InlineData("1.9.0@3 1.10.0@3 1.8.0@3", "1.10.0 1.9.0 1.8.0")] // equal times: by version
    [InlineData("1.0.0@1 1.1.0 1.2.0@5", "1.2.0 1.1.0 1.0.0")]
    [InlineData("1.0.0@5 1.1.0 1.2.0@1", "1.1.0 1.0.0 1.2.0")] // takes the time of the version below it
    [InlineData("1.0.0 1.1.0@5 1.2.0@9", "1.2.0 1.1.0 1.0.0")] // the lowest takes that of the first that has one
    [InlineData("1.0.0 2.0.0@5 3.0.0@2", "2.0.0 1.0.0 3.0.0")]
    [InlineData("0.9.0@1 1.0.0 1.1.0@5", "1.1.0 1.0.0 0.9.0")]
    [InlineData("latest 1.0.0@5", "1.0.0 latest")]
    [InlineData("9.0.0! 1.0.0@2", "1.0.0 9.0.0")]
    [InlineData("9.0.0! 8.0.0! 1.0.0@2", "1.0.0 9.0.0 8.0.0")]
    [InlineData("9.0.0? 1.0.0@2", "1.0.0 9.0.0")]
    [InlineData("9.0.0?! 1.0.0@2", "1.0.0 9.0.0")]
    [InlineData("2.0.0?9 1.0.0@2", "2.0.0 1.0.0")] // stands where it stood
    [InlineData("2.0.0?1 1.0.0@2", "1.0.0 2.0.0")]
    [InlineData("2.0.0?? 1.0.0@2", "2.0.0 1.0.0")]
    [InlineData("1.0.0?? 2.0.0@2", "2.0.0 1.0.0")]
    [InlineData("1.0.0?5 1.1.0 1.2.0@2", "1.1.0 1.0.0 1.2.0")] // and lends its time to its neighbour
    [InlineData("2.0.0?9 3.0.0! 1.0.0@2 4.0.0?", "2.0.0 1.0.0 4.0.0 3.0.0")]
    public void Sort_NewestFirst_IsByTimeThenByVersion(string images, string expected) =>
        string.Join(' ', ImageOrder.Sort(images.Split(' ').Select(Parse), newestFirst: true).Select(image => image.Tag.Tag)).ShouldBe(expected);

    [Theory]
    [InlineData("2.0.0@1 1.4.9@2 10.0.0-rc.1@0", "10.0.0-rc.1 2.0.0 1.4.9")]
    [InlineData("1.9.0 1.10.0 1.8.0", "1.8.0 1.9.0 1.10.0")]
    [InlineData("1.9.0@3 1.10.0@3 1.8.0@3", "1.8.0 1.9.0 1.10.0")]
    [InlineData("9.0.0@5 0.1.0! 0.2.0? 1.0.0@7", "9.0.0 1.0.0 0.1.0 0.2.0")] // what is no image comes last in any order
    [InlineData("2.0.0?1 1.0.0@2", "2.0.0 1.0.0")]
    public void Sort_OldestFirst_IsByTimeThenByVersion(string images, string expected) =>
        string.Join(' ', ImageOrder.Sort(images.Split(' ').Select(Parse), newestFirst: false).Select(image => image.Tag.Tag)).ShouldBe(expected);

    [Fact]
    public void Sort_NoImages_IsEmpty() => ImageOrder.Sort([], newestFirst: true).ShouldBeEmpty();

    private static InspectedImage Parse(string text)
    {
        var end = text.IndexOfAny(['@', '!', '?']);
        var tag = VersionedTag.Read(end < 0 ? text : text[..end]);
        var known = new KnownImage(Digest.Compute("x"u8), null, null);
        return (end < 0 ? "" : text[end..]) switch
        {
            "" => new InspectedImage(tag) { Details = SampleDetails.Image() },
            "!" => new InspectedImage(tag) { Details = SampleDetails.NoImage() },
            "?" => new InspectedImage(tag) { Reason = ScanReasons.RateLimited },
            "?!" => new InspectedImage(tag) { Reason = ScanReasons.RateLimited, LastKnown = known with { IsImage = false } },
            "??" => new InspectedImage(tag) { Reason = ScanReasons.RateLimited, LastKnown = known },
            ['@', .. var day] => new InspectedImage(tag) { Details = SampleDetails.Image(Start.AddDays(int.Parse(day))) },
            var rest => new InspectedImage(tag) { Reason = ScanReasons.RateLimited, LastKnown = known with { Created = Start.AddDays(int.Parse(rest[1..])) } },
        };
    }
}
