using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Tests.Images;

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

    [Fact]
    public async Task Select_Alphabetical_AppliesTheLimitBeforeReading()
    {
        var repository = new FakeRepository(("b", 1), ("c", 2), ("a", 3));

        (await repository.SelectAsync(TagOrders.Alphabetical, limit: 2)).ShouldBe(["a", "b"]);
        repository.Read.ShouldBe(2);
    }

    [Fact]
    public async Task Select_NewestOfManyVersions_ReadsTheHeadsOfTheLinesAndLittleMore()
    {
        var tags = Enumerable.Range(0, 20).SelectMany(minor => Enumerable.Range(0, 50).Select(patch => ($"1.{minor}.{patch}", (int?)(minor * 50 + patch)))).ToArray();
        var repository = new FakeRepository(tags);

        (await repository.SelectAsync(TagOrders.Newest, limit: 5)).ShouldBe(["1.19.49", "1.19.48", "1.19.47", "1.19.46", "1.19.45"]);
        repository.Read.ShouldBeLessThan(20 + 3 * 5 + 1);
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

        public int Read { get; private set; }

        public async Task<IEnumerable<string>> SelectAsync(string sortBy, int limit = 0)
        {
            var images = await ImageSelector.SelectAsync([.. tags.Select(tag => tag.Tag)], sortBy, limit, wanted =>
            {
                Read += wanted.Count;
                return Task.FromResult(wanted.Select(Inspect).ToArray());
            });
            return images.Select(image => image.Tag.Tag);
        }

        private InspectedImage Inspect(VersionedTag tag)
        {
            var day = tags.Single(candidate => candidate.Tag == tag.Tag).Day;
            var notAnImage = NotImages.Contains(tag.Tag);
            return new InspectedImage(tag)
            {
                Details = new ImageDetails
                {
                    MediaType = MediaTypes.OciManifest,
                    Created = day is { } days && !notAnImage ? Start.AddDays(days) : null,
                    Reason = notAnImage ? ScanReasons.NotAnImage : null,
                },
            };
        }
    }
}
