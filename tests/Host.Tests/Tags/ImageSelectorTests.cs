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
    [InlineData(TagOrders.Version, 0, "1.0.2 1.0.1 1.0.0")]
    [InlineData(TagOrders.Version, 3, "1.0.2 1.0.1 1.0.0")]
    public async Task Select_LimitThatLeavesNothingOut_ReadsAllAtOnce(string sortBy, int limit, string kept)
    {
        var repository = new FakeRepository(("1.0.1", 1), ("1.0.2", 2), ("1.0.0", 0));

        string.Join(' ', await repository.SelectAsync(sortBy, limit)).ShouldBe(kept);
        repository.Asked.ShouldHaveSingleItem().Split(' ').Order().ShouldBe(["1.0.0", "1.0.1", "1.0.2"]);
    }

    /// <summary>
    /// A repository of few tags is read as a whole: its tags need not be what they look like. Images as `tag@day`, `tag` without a time, `tag!` no
    /// image, `tag?5` not read and made on day 5, `tag?` not read and unknown, `tag@day=x` an image that other tags with the same letter name, too.
    /// </summary>
    [Theory]
    [InlineData(TagOrders.Newest, 1, "1.2.2@1 1.2.3@2 1.2.4@3 1.2.1@4", "1.2.1")] // rebuilt last
    [InlineData(TagOrders.Oldest, 1, "1.0.1@1 1.0.0@2 1.1.0@8", "1.0.1")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1 2.0.0@9", "2.0.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1! 2.0.0@9", "2.0.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1? 2.0.0@9", "2.0.0")]
    [InlineData(TagOrders.Newest, 1, "1.0.0@1 1.0.1?20 2.0.0@9", "1.0.1")] // keeps its place
    [InlineData(TagOrders.Newest, 1, "latest@9 1.0.0@1 edge@2", "latest")]
    [InlineData(TagOrders.Newest, 2, "latest@9=a 1.1.0@9=a 1@9=a 1.0.0@1 edge@2", "1.1.0 edge")] // three tags of one image are one
    [InlineData(TagOrders.Newest, 2, "1.1.0-alpine@9 1.1.0-trixie@9=a 1.1.0@9=a 1.0.0@1", "1.1.0 1.1.0-alpine")] // plain before its variants
    [InlineData(TagOrders.Newest, 1, "9c41d0ab@1 98213377@2 f00dcafe@3 12345678@4", "12345678")] // a commit, and no number
    [InlineData(TagOrders.Newest, 1, "20231114@1 20231115@2 100041@3 100042@4", "100042")]
    [InlineData(TagOrders.Version, 2, "latest@9=a 1.1.0@9=a 1.0.0@1 1.2.0-rc.1@0", "1.2.0-rc.1 1.1.0")]
    [InlineData(TagOrders.Version, 3, "1.1.0@9=a 1.1.0-trixie@9=a 1.1.0-slim@9 1.0.0@1", "1.1.0 1.1.0-slim 1.0.0")]
    [InlineData(TagOrders.Version, 10, "1.2.0@1 1.2@2 latest@3", "1.2.0 1.2 latest")] // floating tags that name images of their own
    [InlineData(TagOrders.Version, 10, "1.2.0@1=a 1.2@1=a latest@3", "1.2.0 latest")]
    [InlineData(TagOrders.Version, 2, "1.2.0@1 1.2@2 latest@3 1.1.0@0", "1.2.0 1.1.0")]
    [InlineData(TagOrders.Version, 2, "pr-412@9 build-77@9 20240101@9 2024-01-01@9 main-3f2a1c@9 1.0.0@1 v2.0.0@2=b 2.0.0@2=b", "2.0.0 1.0.0")]
    public async Task Select_FewTags_AreOrderedByWhatTheyAre(string sortBy, int limit, string images, string kept) =>
        string.Join(' ', await FakeRepository.Parse(images).SelectAsync(sortBy, limit)).ShouldBe(kept);

    [Fact]
    public async Task Select_OtherTagsOfAnImage_StandWithIt()
    {
        var repository = FakeRepository.Parse("latest@9=a 1.1.0@9=a 1@9=a 1.0.0@1");

        var choice = await repository.ChooseAsync(TagOrders.Newest, 2);

        choice.Images[0].Tag.Tag.ShouldBe("1.1.0");
        choice.Images[0].OtherTags.ShouldBe(["1", "latest"]);
        choice.Images[1].OtherTags.ShouldBeEmpty();
    }

    [Fact]
    public async Task Select_NewestOfManyVersions_ReadsTheHeadsOfTheLinesAndLittleMore()
    {
        var repository = new FakeRepository(Lines(minors: 20, patches: 50));

        (await repository.SelectAsync(TagOrders.Newest, limit: 5)).ShouldBe(["1.19.49", "1.19.48", "1.19.47", "1.19.46", "1.19.45"]);
        repository.Read.ShouldBeLessThanOrEqualTo(15);
    }

    [Fact]
    public async Task Select_OldestOfManyVersions_ReadsTheFirstOfTheLinesAndLittleMore()
    {
        var repository = new FakeRepository(Lines(minors: 20, patches: 50));

        (await repository.SelectAsync(TagOrders.Oldest, limit: 3)).ShouldBe(["1.0.0", "1.0.1", "1.0.2"]);
        repository.Read.ShouldBeLessThanOrEqualTo(15);
    }

    [Fact]
    public async Task Select_ByVersion_ReadsNothingButTheChosen()
    {
        var repository = new FakeRepository(Lines(minors: 20, patches: 50));

        (await repository.SelectAsync(TagOrders.Version, limit: 3)).ShouldBe(["1.19.49", "1.19.48", "1.19.47"]);
        repository.Asked.ShouldBe(["1.19.49 1.19.48 1.19.47"]);
    }

    [Fact]
    public async Task Select_TimesMissingEverywhere_TakesTheHighestVersionsWithoutReadingAll()
    {
        var repository = new FakeRepository([.. Lines(minors: 20, patches: 50).Select(tag => (tag.Item1, (int?)null))]);

        (await repository.SelectAsync(TagOrders.Newest, limit: 3)).ShouldBe(["1.19.49", "1.19.48", "1.19.47"]);
        repository.Read.ShouldBeLessThanOrEqualTo(3 + ReleaseSearch.MostReadsBeyondLimit);
    }

    [Fact]
    public async Task Select_TooManyTagsWithoutAnOrder_SaysHowManyWereNotRead()
    {
        static string Branch(int number) => $"branch{(char)('a' + (number % 26))}{new string('x', number / 26)}";
        var repository = new FakeRepository([.. Enumerable.Range(0, 250).Select(number => (Branch(number), (int?)number))]);

        var choice = await repository.ChooseAsync(TagOrders.Newest, 3);

        repository.Read.ShouldBe(ReleaseSearch.MostUnordered);
        choice.Unread.ShouldBe(50);
    }

    /// <summary>The same tags and the same images: nothing but the chosen is asked for.</summary>
    [Fact]
    public async Task Select_NothingChanged_AsksForTheChosenAlone()
    {
        var repository = new FakeRepository(Lines(minors: 20, patches: 50));
        var first = await repository.ChooseAsync(TagOrders.Newest, 3);
        repository.Asked.Clear();

        var second = await repository.ChooseAsync(TagOrders.Newest, 3, FakeRepository.EarlierOf(first, isCurrent: true));

        second.IsEarlier.ShouldBeTrue();
        second.Images.Select(image => image.Tag.Tag).ShouldBe(first.Images.Select(image => image.Tag.Tag));
        repository.Asked.ShouldBe(["1.19.49 1.19.48 1.19.47"]);
    }

    [Fact]
    public async Task Select_AChosenOneNamesAnotherImage_ChoosesAnew()
    {
        var tags = Lines(minors: 20, patches: 50);
        var first = await new FakeRepository(tags).ChooseAsync(TagOrders.Newest, 1);
        var earlier = FakeRepository.EarlierOf(first, isCurrent: true);
        // What was built anew is a line that was not chosen, and the head that was.
        static (string, int?) Rebuild((string Tag, int? Day) tag) => (tag.Tag, tag.Tag switch { "1.18.49" => 5000, "1.19.49" => 4000, _ => tag.Day });
        var rebuilt = new FakeRepository([.. tags.Select(Rebuild)]) { Salt = "rebuilt" };

        var second = await rebuilt.ChooseAsync(TagOrders.Newest, 1, earlier);

        second.IsEarlier.ShouldBeFalse();
        second.Images.ShouldHaveSingleItem().Tag.Tag.ShouldBe("1.18.49");
    }

    /// <summary>The registry stops answering at some time: what was chosen before stays.</summary>
    [Fact]
    public void Select_CutAnywhere_BringsNothingOlderUp() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 8], Gen.Bool).Sample((answers, limit, isCurrent) =>
        {
            var tags = Lines(minors: 12, patches: 9);
            var first = new FakeRepository(tags).ChooseAsync(TagOrders.Newest, limit).GetAwaiter().GetResult();
            var cut = new FakeRepository([.. tags, ("2.0.0", 9999)]) { Answers = answers, Known = FakeRepository.KnownOf(first) };

            var second = cut.ChooseAsync(TagOrders.Newest, limit, FakeRepository.EarlierOf(first, isCurrent)).GetAwaiter().GetResult();

            var before = first.Images.Min(image => image.Created);
            second.Images.Count.ShouldBe(limit);
            second.Images.ShouldAllBe(image => image.Created >= before);
        });

    [Fact]
    public async Task Select_NoTags_AsksForNothing()
    {
        var repository = new FakeRepository();

        foreach (var sortBy in TagOrders.All) (await repository.SelectAsync(sortBy, 3)).ShouldBeEmpty();
        repository.Read.ShouldBe(0);
    }

    [Theory]
    [InlineData(TagOrders.Newest, 0, "1.0.20001")]
    [InlineData(TagOrders.Version, 30_000, "1.0.20001")]
    [InlineData(TagOrders.Oldest, 0, "1.0.0")]
    [InlineData(TagOrders.Alphabetical, 0, "1.0.0")]
    public async Task Select_MoreTagsThanAnyResourceShows_AreBounded(string sortBy, int limit, string first)
    {
        var read = 0;
        InspectedImage[] Read(IEnumerable<VersionedTag> wanted) => [.. wanted.Select(tag => new InspectedImage(tag) { Details = SampleDetails.Image() })];
        var reads = new ImageReads(
            wanted => Task.FromResult(Read(wanted.Select(tag => { read++; return tag; }))),
            wanted => Task.FromResult(Read(wanted.Select(tag => { read++; return tag.Tag; }))));

        var choice = await ImageSelector.SelectAsync([.. Enumerable.Range(0, 20_002).Select(patch => $"1.0.{patch}")], sortBy, limit, reads);

        (choice.Images.Count, choice.Images[0].Tag.Tag, read).ShouldBe((ImageSelector.MostImages, first, ImageSelector.MostImages));
    }

    [Fact]
    public void Select_LimitedRepositoryWithOrderedLines_EqualsReadingAllOfIt() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 12], Gen.Int[1, 10], Gen.Bool, Gen.Int[0, 1000]).Sample((lines, patches, limit, newest, seed) =>
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

    private static (string, int?)[] Lines(int minors, int patches) =>
    [
        .. Enumerable.Range(0, minors)
            .SelectMany(minor => Enumerable.Range(0, patches).Select(patch => ($"1.{minor}.{patch}", (int?)((minor * patches) + patch)))),
    ];

    private sealed class FakeRepository(params (string Tag, int? Day)[] tags)
    {
        private readonly Dictionary<string, string> _images = new(StringComparer.Ordinal);

        public HashSet<string> NotImages { get; } = [];

        public HashSet<string> NotRead { get; } = [];

        public int Read { get; private set; }

        /// <summary>What was asked for, a text for each time.</summary>
        public List<string> Asked { get; } = [];

        /// <summary>So many tags are answered, then none.</summary>
        public int Answers { get; init; } = int.MaxValue;

        /// <summary>Another one gives all images other digests.</summary>
        public string Salt { get; init; } = "";

        public IReadOnlyDictionary<string, KnownImage> Known { get; init; } = new Dictionary<string, KnownImage>();

        public static FakeRepository Parse(string images)
        {
            var parsed = images.Split(' ').Select(text => text.Split('='))
                .Select(parts => (Text: parts[0], End: parts[0].IndexOfAny(['@', '!', '?']), Image: parts.ElementAtOrDefault(1))).ToArray();
            string TagOf(int index) => parsed[index].End < 0 ? parsed[index].Text : parsed[index].Text[..parsed[index].End];
            int? DayOf(int index) => parsed[index].End >= 0 && int.TryParse(parsed[index].Text[(parsed[index].End + 1)..], out var day) ? day : null;
            var all = Enumerable.Range(0, parsed.Length).ToArray();
            var repository = new FakeRepository([.. all.Select(index => (TagOf(index), DayOf(index)))]);
            repository.NotImages.UnionWith(all.Where(index => parsed[index].Text.EndsWith('!')).Select(TagOf));
            repository.NotRead.UnionWith(all.Where(index => parsed[index].Text.Contains('?', StringComparison.Ordinal)).Select(TagOf));
            foreach (var index in all) repository._images[TagOf(index)] = parsed[index].Image ?? TagOf(index);
            return repository;
        }

        public static IReadOnlyDictionary<string, KnownImage> KnownOf(ImageChoice choice) =>
            choice.Images.ToDictionary(image => image.Tag.Tag, image => new KnownImage(image.Digest!.Value, null, image.Details));

        public static EarlierChoice EarlierOf(ImageChoice choice, bool isCurrent) =>
            new([.. choice.Images.Select(image => new EarlierImage(image.Tag, KnownOf(choice)[image.Tag.Tag]))], isCurrent);

        public async Task<IEnumerable<string>> SelectAsync(string sortBy, int limit = 0) =>
            (await ChooseAsync(sortBy, limit)).Images.Select(image => image.Tag.Tag);

        public Task<ImageChoice> ChooseAsync(string sortBy, int limit, EarlierChoice? earlier = null) =>
            ImageSelector.SelectAsync(
                [.. tags.Select(tag => tag.Tag)], sortBy, limit, new ImageReads(ReadAsync, wanted => ReadAsync([.. wanted.Select(tag => tag.Tag)])), earlier);

        private Task<InspectedImage[]> ReadAsync(IReadOnlyList<VersionedTag> wanted)
        {
            if (wanted.Count > 0) Asked.Add(string.Join(' ', wanted.Select(tag => tag.Tag)));
            return Task.FromResult(wanted.Select(Inspect).ToArray());
        }

        private InspectedImage Inspect(VersionedTag tag)
        {
            var day = tags.Single(candidate => candidate.Tag == tag.Tag).Day;
            DateTimeOffset? created = day is { } days ? Start.AddDays(days) : null;
            var digest = Digest.Compute(System.Text.Encoding.UTF8.GetBytes(_images.GetValueOrDefault(tag.Tag, tag.Tag) + Salt));
            if (++Read > Answers) return new InspectedImage(tag) { Reason = ScanReasons.RateLimited, LastKnown = Known.GetValueOrDefault(tag.Tag) };
            if (NotRead.Contains(tag.Tag))
            {
                return new InspectedImage(tag)
                {
                    Reason = ScanReasons.RegistryUnavailable,
                    LastKnown = created is null ? null : new KnownImage(digest, null, null) { Created = created },
                };
            }

            return new InspectedImage(tag) { Digest = digest, Details = NotImages.Contains(tag.Tag) ? SampleDetails.NoImage() : SampleDetails.Image(created) };
        }
    }
}
