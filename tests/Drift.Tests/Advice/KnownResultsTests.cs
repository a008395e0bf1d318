using RegistryOperator.Plugins.Drift.Advice;

namespace RegistryOperator.Drift.Tests.Advice;

public sealed class KnownResultsTests
{
    private readonly StoredImages _stored = new();
    private readonly KnownResults _results;

    public KnownResultsTests() => _results = new KnownResults(_stored);

    [Fact]
    public async Task PackageChanges_UpdateWithoutSbom_ReadsNothingOfTheRunningImage()
    {
        _stored.Packages[StoredImages.DigestOf(1)] = 3;

        for (var i = 0; i < 3; i++) (await ChangesAsync(1, 2)).ShouldBeNull();

        _stored.Reads.ShouldBe([StoredImages.DigestOf(2)]);
    }

    [Fact]
    public async Task PackageChanges_RunningImageWithoutSbom_ReadsNoOtherUpdateForIt()
    {
        foreach (var update in (int[])[2, 3, 4]) _stored.Packages[StoredImages.DigestOf(update)] = 3;

        foreach (var update in (int[])[2, 3, 4]) (await ChangesAsync(1, update)).ShouldBeNull();

        _stored.Reads.ShouldBe([StoredImages.DigestOf(2), StoredImages.DigestOf(1)]);
    }

    [Fact]
    public async Task PackageChanges_ManyImagesWithTheSameUpdates_ReadsEachOnce()
    {
        for (var image = 1; image <= 10; image++) _stored.Packages[StoredImages.DigestOf(image)] = image * 100;

        for (var running = 1; running <= 5; running++)
        {
            for (var update = 6; update <= 10; update++) (await ChangesAsync(running, update))!.Added.ShouldBe((update - running) * 100);
        }

        _stored.Reads.Count.ShouldBe(10);
    }

    /// <summary>More than fits is read again, and the answers stay the same.</summary>
    [Theory]
    [InlineData(100, 3)]
    [InlineData(KnownResults.MostNames / 2, 6)]
    [InlineData(KnownResults.MostNames + 1, 6)]
    public async Task All_LargeResults_AreHeldWithinTheLimit(int names, int reads)
    {
        foreach (var image in (int[])[1, 2, 3])
            _stored.Vulnerabilities[StoredImages.DigestOf(image)] = _stored.Packages[StoredImages.DigestOf(image)] = names;

        for (var round = 0; round < 2; round++)
        {
            foreach (var image in (int[])[1, 2, 3]) (await CountAsync(image)).ShouldBe(names);
        }

        _stored.Reads.Count.ShouldBe(reads);
        _stored.Reads.Clear();
        foreach (var (running, update) in ((int, int)[])[(1, 2), (1, 3), (1, 2)]) (await ChangesAsync(running, update))!.List.ShouldBeEmpty();
        _stored.Reads.Count.ShouldBe(reads);
    }

    [Fact]
    public async Task VulnerabilitiesOf_ImageWithoutReport_IsAskedForOnce()
    {
        for (var i = 0; i < 3; i++) (await CountAsync(1)).ShouldBeNull();

        _stored.Reads.ShouldHaveSingleItem();
    }

    private Task<Abstractions.Drift.PackageChanges?> ChangesAsync(int running, int update) =>
        _results.PackageChangesAsync(StoredImages.DigestOf(running), StoredImages.DigestOf(update), TestContext.Current.CancellationToken);

    private async Task<int?> CountAsync(int image) =>
        (await _results.VulnerabilitiesOfAsync(StoredImages.Facts(image), TestContext.Current.CancellationToken))?.Ids.Count;
}
