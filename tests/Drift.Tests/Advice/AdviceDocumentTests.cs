using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Drift.Tests.Advice;

public sealed class AdviceDocumentTests
{
    private readonly StoredImages _stored = new();

    [Theory]
    [InlineData(AdviceDocument.MostNames, null)]
    [InlineData(AdviceDocument.MostNames + 50, AdviceDocument.MostNames + 50)]
    public async Task Add_ManyVulnerabilities_ListsTheWorstAndCountsAll(int count, int? expected)
    {
        var names = Enumerable.Range(0, count).ToDictionary(number => $"CVE-{number:0000}", number => number < 3 ? Severity.Critical : Severity.Low);

        var update = (await AddAllAsync(1, new VulnerabilityChange(names, new Dictionary<string, Severity>()))).Advice.Updates.ShouldHaveSingleItem();

        update.Fixed!.Count.ShouldBe(AdviceDocument.MostNames);
        update.Fixed.Take(4).Select(one => one.Severity).ShouldBe([Severity.Critical, Severity.Critical, Severity.Critical, Severity.Low]);
        (update.FixedCount, update.Introduced!.Count, update.IntroducedCount).ShouldBe((expected, 0, null));
    }

    /// <summary>The report store refuses a document that is too large, and the whole result with it.</summary>
    [Fact]
    public async Task Add_MorePairsThanThereIsRoomFor_CountsThoseLeftOutAndReadsNothingForThem()
    {
        const int pairs = 300;
        _stored.Packages[StoredImages.DigestOf(0)] = 1;
        var names = Enumerable.Range(0, 3_000).ToDictionary(number => $"CVE-{number:0000}-{new string('x', 100)}", _ => Severity.Low);

        var (advice, bytes) = await AddAllAsync(pairs, new VulnerabilityChange(names, names));

        bytes.ShouldBeInRange(AdviceDocument.MostBytes / 2, AdviceDocument.MostBytes);
        (advice.Updates.Count + advice.LeftOut).ShouldBe(pairs);
        _stored.Reads.Distinct(StringComparer.Ordinal).Count().ShouldBeLessThan(advice.Updates.Count + 5);
    }

    [Fact]
    public async Task Add_OnePairTooLarge_LeavesOutThatOneAlone()
    {
        var document = new AdviceDocument(null, new KnownResults(_stored));
        var huge = new Dictionary<string, Severity> { [new string('x', AdviceDocument.MostBytes)] = Severity.Low };
        await AddAsync(document, 1, new VulnerabilityChange(huge, huge));
        await AddAsync(document, 2, null);

        var advice = DriftAdvice.Of(document.ToDocuments())!;

        (advice.Updates.ShouldHaveSingleItem().Tag, advice.LeftOut).ShouldBe(("1.0.2", 1));
    }

    [Fact]
    public async Task Add_VeryManySmallPairs_CountsThoseBeyondTheLimit()
    {
        var (advice, _) = await AddAllAsync(AdviceDocument.MostPairs + 7, null);

        (advice.Updates.Count, advice.LeftOut).ShouldBe((AdviceDocument.MostPairs, 7));
    }

    [Fact]
    public async Task Add_SamePairAgain_IsThereOnce()
    {
        var document = new AdviceDocument(null, new KnownResults(_stored));
        for (var i = 0; i < 3; i++) await AddAsync(document, 1, null);

        var advice = DriftAdvice.Of(document.ToDocuments())!;

        (advice.Updates.Count, advice.LeftOut).ShouldBe((1, null));
    }

    private static Task AddAsync(AdviceDocument document, int number, VulnerabilityChange? change)
    {
        var tag = $"1.0.{number}";
        var update = new AvailableUpdate { Tag = tag, IsNewer = true, Recommendation = UpdateRecommendation.Available };
        var image = new TagImage(tag, StoredImages.Facts(number), DateTimeOffset.UnixEpoch);
        return document.AddAsync(
            StoredImages.Facts(0), "1.0.0", new AdvisedUpdate(update, "rule") { Image = image, Change = change }, TestContext.Current.CancellationToken);
    }

    private async Task<(DriftAdvice Advice, int Bytes)> AddAllAsync(int pairs, VulnerabilityChange? change)
    {
        var document = new AdviceDocument(null, new KnownResults(_stored));
        for (var number = 1; number <= pairs; number++) await AddAsync(document, number, change);
        var written = document.ToDocuments().ToArray();
        return (DriftAdvice.Of(written)!, written.ShouldHaveSingleItem().Content.Length);
    }
}
