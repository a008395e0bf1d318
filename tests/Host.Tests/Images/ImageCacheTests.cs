using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageCacheTests
{
    private const string Host = "https://a.example/";

    [Fact]
    public void Find_DigestThatWasAdded_GivesItsDetails()
    {
        var cache = new ImageCache();
        var details = SampleDetails.Image();
        cache.Add(Host, Of(1), details);

        cache.Find(Host, Of(1)).ShouldBeSameAs(details);
        cache.Find(Host, Of(2)).ShouldBeNull();
    }

    [Fact]
    public void Find_SameDigestOnAnotherHost_IsNotShared()
    {
        var cache = new ImageCache();
        cache.Add(Host, Of(1), SampleDetails.Image());

        cache.Find("https://b.example/", Of(1)).ShouldBeNull();
    }

    [Fact]
    public void Add_SameDigestOnTwoHosts_KeepsBoth()
    {
        var cache = new ImageCache();
        ImageDetails one = SampleDetails.Image(), two = SampleDetails.NoImage();
        cache.Add(Host, Of(1), one);
        cache.Add("https://b.example/", Of(1), two);

        cache.Count.ShouldBe(2);
        cache.Find(Host, Of(1)).ShouldBeSameAs(one);
        cache.Find("https://b.example/", Of(1)).ShouldBeSameAs(two);
    }

    [Fact]
    public void Add_UpToTheCapacity_KeepsAll_AndBeyondItTheOldestGoes()
    {
        var cache = new ImageCache(capacity: 3);
        for (var i = 1; i <= 3; i++) cache.Add(Host, Of(i), SampleDetails.Image());

        Kept(cache, 4).ShouldBe([1, 2, 3]);

        cache.Add(Host, Of(4), SampleDetails.Image());
        Kept(cache, 4).ShouldBe([2, 3, 4]);
        cache.Count.ShouldBe(3);
    }

    [Fact]
    public void Add_DigestThatIsThere_TakesNoSecondPlace()
    {
        var cache = new ImageCache(capacity: 2);
        var first = SampleDetails.Image();
        cache.Add(Host, Of(1), first);
        cache.Add(Host, Of(1), SampleDetails.Image());
        cache.Add(Host, Of(1), SampleDetails.Image());
        cache.Add(Host, Of(2), SampleDetails.Image());

        cache.Find(Host, Of(1)).ShouldBeSameAs(first);
        Kept(cache, 2).ShouldBe([1, 2]);

        // Both places were taken once: each new entry removes exactly one.
        cache.Add(Host, Of(3), SampleDetails.Image());
        Kept(cache, 3).ShouldBe([2, 3]);

        // And none is removed in the name of an earlier entry.
        cache.Add(Host, Of(1), SampleDetails.Image());
        Kept(cache, 3).ShouldBe([1, 3]);
    }

    [Fact]
    public void Add_DigestThatWasRemoved_IsKeptAgain()
    {
        var cache = new ImageCache(capacity: 1);
        foreach (var i in (int[])[1, 2, 1]) cache.Add(Host, Of(i), SampleDetails.Image());

        Kept(cache, 2).ShouldBe([1]);
    }

    [Theory]
    [InlineData(MediaTypes.DockerManifestSchema1)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed)]
    public void Add_Schema1_StaysOut(string mediaType)
    {
        // The digest of such a manifest is what the registry says, and proves nothing.
        var cache = new ImageCache();
        cache.Add(Host, Of(1), new ImageDetails { MediaType = mediaType, Reason = ScanReasons.UnsupportedManifest });

        cache.Find(Host, Of(1)).ShouldBeNull();
        cache.Count.ShouldBe(0);
    }

    [Fact]
    public void Add_WhatIsNoImage_IsKept()
    {
        var cache = new ImageCache();
        cache.Add(Host, Of(1), SampleDetails.NoImage());

        cache.Find(Host, Of(1)).ShouldNotBeNull();
    }

    [Fact]
    public void Add_DefaultCapacity_IsThatOfALargeInstallation()
    {
        var cache = new ImageCache();
        var details = SampleDetails.Image();
        for (var i = 0; i <= 20_000; i++) cache.Add(Host, Of(i), details);

        cache.Count.ShouldBe(20_000);
        cache.Find(Host, Of(0)).ShouldBeNull();
        cache.Find(Host, Of(1)).ShouldNotBeNull();
    }

    private static Digest Of(int number) => Digest.Compute(Encoding.UTF8.GetBytes(number.ToString()));

    private static int[] Kept(ImageCache cache, int highest) => [.. Enumerable.Range(1, highest).Where(number => cache.Find(Host, Of(number)) is not null)];
}
