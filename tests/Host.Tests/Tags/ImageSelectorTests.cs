using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Tests.Images;

namespace RegistryOperator.Host.Tests.Tags;

public class ImageSelectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Select_Newest_IsByCreationTimeAndNotByName()
    {
        // 1.4.9 is a patch of an old line, made after 2.0.0.
        var repository = new FakeRepository(("2.0.0", 1), ("1.4.9", 2), ("10.0.0-rc.1", 0));

        (await repository.SelectAsync(TagOrders.Newest)).ShouldBe(["1.4.9", "2.0.0", "10.0.0-rc.1"]);
    }

    [Fact]
    public async Task Select_TimesMissingOrEqual_IsByVersion()
    {
        var repository = new FakeRepository(("1.9.0", null), ("1.10.0", null), ("1.8.0", null));

        (await repository.SelectAsync(TagOrders.Newest)).ShouldBe(["1.10.0", "1.9.0", "1.8.0"]);
        (await repository.SelectAsync(TagOrders.Oldest)).ShouldBe(["1.8.0", "1.9.0", "1.10.0"]);
    }

    [Fact]
    public async Task Select_SomeTimesMissing_StandByTheirNeighbourInVersionOrder()
    {
        var repository = new FakeRepository(("1.0.0", 1), ("1.1.0", null), ("1.2.0", 5));

        (await repository.SelectAsync(TagOrders.Newest)).ShouldBe(["1.2.0", "1.1.0", "1.0.0"]);
    }

    [Fact]
    public async Task Select_TagsThatAreNoImages_ComeLast()
    {
        var repository = new FakeRepository(("9.0.0", 1), ("1.0.0", 2)) { NotImages = { "9.0.0" } };

        (await repository.SelectAsync(TagOrders.Newest)).ShouldBe(["1.0.0", "9.0.0"]);
    }

    /// <summary>By name nothing is read that is not kept.</summary>
    [Theory]
    [InlineData(2, "B a", "B a")]
    [InlineData(1, "B", "B")]
    [InlineData(0, "B a c", "B a c")]
    [InlineData(-1, "B a c", "B a c")]
    [InlineData(9, "B a c", "B a c")]
    public async Task Select_Alphabetical_AppliesTheLimitBeforeReading(int limit, string kept, string read)
    {
        var repository = new FakeRepository(("c", 2), ("a", 3), ("B", 1)) { NotImages = { "B" } };

        string.Join(' ', await repository.SelectAsync(TagOrders.Alphabetical, limit)).ShouldBe(kept);
        repository.Asked.ShouldBe([read]);
    }

    /// <summary>Where everything is kept, everything is read, in one go.</summary>
    [Theory]
    [InlineData(TagOrders.Newest, 0, "1.0.2 1.0.1 1.0.0")]
    [InlineData(TagOrders.Newest, -5, "1.0.2 1.0.1 1.0.0")]
    [InlineData(TagOrders.Newest, 3, "1.0.2 1.0.1 1.0.0")]
    [InlineData(TagOrders.Newest, 99, "1.0.2 1.0.1 1.0.0")]
    [InlineData(TagOrders.Oldest, 0, "1.0.0 1.0.1 1.0.2")]
    [InlineData(TagOrders.Oldest, 3, "1.0.0 1.0.1 1.0.2")]
    public async Task Select_LimitThatLeavesNothingOut_ReadsAllAtOnce(string sortBy, int limit, string kept)
    {
        var repository = new FakeRepository(("1.0.1", 1), ("1.0.2", 2), ("1.0.0", 0));

        string.Join(' ', await repository.SelectAsync(sortBy, limit)).ShouldBe(kept);
        repository.Asked.ShouldBe(["1.0.1 1.0.2 1.0.0"]);
    }

    /// <summary>
    /// What is read of release lines, turn by turn: the heads; then twice as many of each line whose last one read is among the chosen or has
    /// no time. Images as `tag@day`, `tag` without a time, `tag!` no image, `tag?5` not read and made on day 5, `tag?` not read and unknown.
    /// </summary>
    [Theory]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1@2 1.0.2@3", "1.0.2", "1.0.2|1.0.1 1.0.0")]
    [InlineData(TagOrders.Newest, 2, "1.0.0@1 1.0.1@2 1.1.0@8 1.1.1@9", "1.1.1 1.1.0", "1.0.1 1.1.1|1.0.0 1.1.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1@2 1.1.0@8 1.1.1@9", "1.1.1", "1.0.1 1.1.1|1.1.0")]
    [InlineData(TagOrders.Oldest, 1, "1.0.0@1 1.0.1@2 1.1.0@8 1.1.1@9", "1.0.0", "1.0.0 1.1.0|1.0.1")]
    [InlineData(TagOrders.Oldest, 1, "1.0.0@1 1.0.1@2 1.0.2@3 1.0.3@4", "1.0.0", "1.0.0|1.0.1 1.0.2")]
    [InlineData(TagOrders.Newest, 5, "1.0.0@1 1.0.1@2 1.0.2@3 1.0.3@4 1.0.4@5 1.0.5@6 1.0.6@7 1.0.7@8",
        "1.0.7 1.0.6 1.0.5 1.0.4 1.0.3", "1.0.7|1.0.6 1.0.5|1.0.4 1.0.3 1.0.2 1.0.1")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1 2.0.0@9", "2.0.0", "1.0.1 2.0.0|1.0.0")] // without a time: the next decides
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1! 2.0.0@9", "2.0.0", "1.0.1 2.0.0|1.0.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1? 2.0.0@9", "2.0.0", "1.0.1 2.0.0|1.0.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1?2 2.0.0@9", "2.0.0", "1.0.1 2.0.0")] // with its last time it decides, as if it had been read
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1?20 2.0.0@9", "1.0.1", "1.0.1 2.0.0|1.0.0")]
    [InlineData(TagOrders.Newest, 1, "latest@9 1.0.0@1 edge@2", "latest", "latest 1.0.0 edge")]
    public async Task Select_Lines_ReadsTheHeadsAndWhatFollowsAChosenOne(string sortBy, int limit, string images, string kept, string read)
    {
        var repository = FakeRepository.Parse(images);

        string.Join(' ', await repository.SelectAsync(sortBy, limit)).ShouldBe(kept);
        repository.Asked.ShouldBe(read.Split('|'));
    }

    [Fact]
    public async Task Select_NewestOfManyVersions_ReadsTheHeadsOfTheLinesAndLittleMore()
    {
        var tags = Enumerable.Range(0, 20)
            .SelectMany(minor => Enumerable.Range(0, 50).Select(patch => ($"1.{minor}.{patch}", (int?)(minor * 50 + patch))))
            .ToArray();
        var repository = new FakeRepository(tags);

        (await repository.SelectAsync(TagOrders.Newest, limit: 5)).ShouldBe(["1.19.49", "1.19.48", "1.19.47", "1.19.46", "1.19.45"]);
        // 20 heads, of which the five newest go on: two each; of these only the newest line goes on, by four.
        repository.Read.ShouldBe(20 + (5 * 2) + 4);
    }

    [Fact]
    public async Task Select_NoTags_AsksForNothing()
    {
        var repository = new FakeRepository();

        foreach (var sortBy in TagOrders.All) (await repository.SelectAsync(sortBy, 3)).ShouldBeEmpty();
        repository.Read.ShouldBe(0);
    }

    [Fact]
    public void Select_LimitedRepositoryWithOrderedLines_EqualsReadingAllOfIt() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[1, 10], Gen.Bool, Gen.Int[0, 1000]).Sample((lines, patches, limit, newest, seed) =>
        {
            // Inside a line times grow with the patch; lines overlap at random.
            var random = new Random(seed);
            var tags = new List<(string, int?)>();
            for (var line = 0; line < lines; line++)
            {
                var at = random.Next(100);
                for (var patch = 0; patch < patches; patch++) tags.Add(($"1.{line}.{patch}", at += random.Next(1, 30)));
            }

            var sortBy = newest ? TagOrders.Newest : TagOrders.Oldest;
            var limited = new FakeRepository([.. tags]).SelectAsync(sortBy, limit).GetAwaiter().GetResult();
            var all = new FakeRepository([.. tags]).SelectAsync(sortBy).GetAwaiter().GetResult();
            limited.ShouldBe(all.Take(limit));
        });

    private sealed class FakeRepository(params (string Tag, int? Day)[] tags)
    {
        public HashSet<string> NotImages { get; } = [];

        public HashSet<string> NotRead { get; } = [];

        public int Read { get; private set; }

        /// <summary>What was asked for, a text for each time.</summary>
        public List<string> Asked { get; } = [];

        public static FakeRepository Parse(string images)
        {
            var parsed = images.Split(' ').Select(text => (Text: text, End: text.IndexOfAny(['@', '!', '?']))).ToArray();
            static string TagOf((string Text, int End) image) => image.End < 0 ? image.Text : image.Text[..image.End];
            static int? DayOf((string Text, int End) image) => image.End >= 0 && int.TryParse(image.Text[(image.End + 1)..], out var day) ? day : null;
            var repository = new FakeRepository([.. parsed.Select(image => (TagOf(image), DayOf(image)))]);
            repository.NotImages.UnionWith(parsed.Where(image => image.Text.EndsWith('!')).Select(TagOf));
            repository.NotRead.UnionWith(parsed.Where(image => image.Text.Contains('?', StringComparison.Ordinal)).Select(TagOf));
            return repository;
        }

        public async Task<IEnumerable<string>> SelectAsync(string sortBy, int limit = 0)
        {
            var images = await ImageSelector.SelectAsync([.. tags.Select(tag => tag.Tag)], sortBy, limit, wanted =>
            {
                Read += wanted.Count;
                if (wanted.Count > 0) Asked.Add(string.Join(' ', wanted.Select(tag => tag.Tag)));
                return Task.FromResult(wanted.Select(Inspect).ToArray());
            });
            return images.Select(image => image.Tag.Tag);
        }

        private InspectedImage Inspect(VersionedTag tag)
        {
            var day = tags.Single(candidate => candidate.Tag == tag.Tag).Day;
            DateTimeOffset? created = day is { } days ? Start.AddDays(days) : null;
            if (NotRead.Contains(tag.Tag))
            {
                return new InspectedImage(tag)
                {
                    Reason = ScanReasons.RegistryUnavailable,
                    LastKnown = created is null ? null : new KnownImage(Digest.Compute("x"u8), null, null) { Created = created },
                };
            }

            return new InspectedImage(tag) { Details = NotImages.Contains(tag.Tag) ? SampleDetails.NoImage() : SampleDetails.Image(created) };
        }
    }
}
