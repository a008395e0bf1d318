using System.Globalization;
using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Tests.Images;

namespace RegistryOperator.Host.Tests.Tags;

/// <summary>What a choice costs follows from what is asked for, however many tags and digests there are.</summary>
public class ReleaseSearchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1.0.{0}")] // one line
    [InlineData("1.{0}.0")]
    [InlineData("{0}.0.0")]
    [InlineData("{0}")]
    public async Task Select_ManyAreAskedFor_ReadsThemInFewSteps(string pattern)
    {
        var repository = new Repository(5000, pattern, number => number);

        var choice = await repository.SelectAsync(TagOrders.Newest, 1000);

        choice.Images.Select(image => image.Created).ShouldBe(Enumerable.Range(4000, 1000).Reverse().Select(number => (DateTimeOffset?)Start.AddHours(number)));
        repository.Looked.ShouldBeLessThanOrEqualTo(1000 + ReleaseSearch.MostReadsBeyondLimit);
        repository.Steps.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData("1.0.{0}")]
    [InlineData("{0}.0.0")]
    public async Task Select_ManyAreKnownAndOneIsNew_FindsItInFewSteps(string pattern)
    {
        var repository = new Repository(5000, pattern, number => number);
        var known = Enumerable.Range(3999, 1000).Reverse().Select(repository.Earlier).ToList();

        var choice = await repository.SelectAsync(TagOrders.Newest, 1000, new EarlierChoice(known, IsCurrent: false));

        choice.Images[0].Created.ShouldBe(Start.AddHours(4999));
        choice.Images.Count.ShouldBe(1000);
        repository.Steps.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(TagOrders.Newest, 3)]
    [InlineData(TagOrders.Newest, 10)]
    [InlineData(TagOrders.Oldest, 10)]
    [InlineData(TagOrders.Version, 10)]
    public async Task Select_ManyTagsNameFewImages_LooksAtNoMoreThanWasAskedFor(string sortBy, int limit)
    {
        var repository = new Repository(5000, "1.0.{0}", number => number % 2);

        var choice = await repository.SelectAsync(sortBy, limit);

        choice.Images.Count.ShouldBe(2);
        repository.Looked.ShouldBeLessThanOrEqualTo(ReleaseSearch.MostLooks(limit));
        choice.LeftOut.ShouldBe(5000 - repository.Looked);
    }

    [Theory]
    [InlineData(TagOrders.Newest)]
    [InlineData(TagOrders.Version)]
    public async Task Select_SomeTagsNameOneImage_FindsAsManyAsAreAskedFor(string sortBy)
    {
        var repository = new Repository(1000, "1.0.{0}", number => number / 3);

        var choice = await repository.SelectAsync(sortBy, 10);

        choice.Images.Count.ShouldBe(10);
        choice.LeftOut.ShouldBe(0);
    }

    /// <summary>Tags by a pattern, the image that each names, and images created in the order of their numbers.</summary>
    private sealed class Repository(int tags, string pattern, Func<int, int> imageOf)
    {
        private readonly Dictionary<string, int> _numbers = Enumerable.Range(0, tags)
            .ToDictionary(number => string.Format(CultureInfo.InvariantCulture, pattern, number), imageOf, StringComparer.Ordinal);

        public int Looked { get; private set; }

        /// <summary>How often something was read before it was known what to read next.</summary>
        public int Steps { get; private set; }

        public Task<ImageChoice> SelectAsync(string sortBy, int limit, EarlierChoice? earlier = null) => ImageSelector.SelectAsync(
            [.. _numbers.Keys], sortBy, limit,
            new ImageReads(
                wanted => Task.FromResult(wanted.Select(tag => Image(tag) with { Details = SampleDetails.Image(CreatedOf(tag)) }).ToArray()),
                wanted =>
                {
                    (Looked, Steps) = (Looked + wanted.Count, Steps + 1);
                    return Task.FromResult(wanted.Select(one => Image(one.Tag)).ToArray());
                }),
            earlier);

        public EarlierImage Earlier(int number)
        {
            var tag = VersionedTag.Read(string.Format(CultureInfo.InvariantCulture, pattern, number));
            return new EarlierImage(tag, Image(tag).LastKnown!);
        }

        private InspectedImage Image(VersionedTag tag)
        {
            var digest = Digest.Compute(Encoding.UTF8.GetBytes($"{_numbers[tag.Tag]}"));
            return new InspectedImage(tag) { Digest = digest, LastKnown = new KnownImage(digest, null, null) { Created = CreatedOf(tag) } };
        }

        private DateTimeOffset CreatedOf(VersionedTag tag) => Start.AddHours(_numbers[tag.Tag]);
    }
}
