using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Tests.Images;

public class ImageCacheTests
{
    private const string Host = "https://a.example/";

    [Fact]
    public void Find_DigestThatWasAdded_GivesItsDetails()
    {
        var cache = new ImageCache();
        var details = Details(1);
        cache.Add(Host, details);

        cache.Find(Host, Of(1)).ShouldBeSameAs(details);
        cache.Find(Host, Of(2)).ShouldBeNull();
    }

    [Fact]
    public void Find_SameDigestOnAnotherHost_IsNotShared()
    {
        var cache = new ImageCache();
        cache.Add(Host, Details(1));

        cache.Find("https://b.example/", Of(1)).ShouldBeNull();
    }

    [Fact]
    public void Add_SameDigestOnTwoHosts_KeepsBoth()
    {
        var cache = new ImageCache();
        VerifiedDetails one = Details(1), two = Details(1, SampleDetails.NoImage());
        cache.Add(Host, one);
        cache.Add("https://b.example/", two);

        cache.Count.ShouldBe(2);
        cache.Find(Host, Of(1)).ShouldBeSameAs(one);
        cache.Find("https://b.example/", Of(1)).ShouldBeSameAs(two);
    }

    [Fact]
    public void Add_UpToTheCapacity_KeepsAll_AndBeyondItTheOldestGoes()
    {
        var cache = new ImageCache(capacity: 3);
        for (var i = 1; i <= 3; i++) cache.Add(Host, Details(i));

        Kept(cache, 4).ShouldBe([1, 2, 3]);

        cache.Add(Host, Details(4));
        Kept(cache, 4).ShouldBe([2, 3, 4]);
        cache.Count.ShouldBe(3);
    }

    [Fact]
    public void Add_DigestThatIsThere_TakesNoSecondPlace()
    {
        var cache = new ImageCache(capacity: 2);
        var first = Details(1);
        cache.Add(Host, first);
        cache.Add(Host, Details(1));
        cache.Add(Host, Details(1));
        cache.Add(Host, Details(2));

        cache.Find(Host, Of(1)).ShouldBeSameAs(first);
        Kept(cache, 2).ShouldBe([1, 2]);

        // Both places were taken once: each new entry removes exactly one.
        cache.Add(Host, Details(3));
        Kept(cache, 3).ShouldBe([2, 3]);

        // And none is removed in the name of an earlier entry.
        cache.Add(Host, Details(1));
        Kept(cache, 3).ShouldBe([1, 3]);
    }

    [Fact]
    public void Add_LargeDetails_TakeThePlaceOfMany()
    {
        var cache = new ImageCache(capacity: 1000, maximumBytes: 1_000_000);
        var large = new ImageDetails { MediaType = new string('m', 200_000) };
        for (var i = 0; i < 10; i++) cache.Add(Host, Details(i, large));

        cache.Count.ShouldBe(2);
    }

    [Fact]
    public void Add_DigestThatWasRemoved_IsKeptAgain()
    {
        var cache = new ImageCache(capacity: 1);
        foreach (var i in (int[])[1, 2, 1]) cache.Add(Host, Details(i));

        Kept(cache, 2).ShouldBe([1]);
    }

    [Theory]
    [InlineData(MediaTypes.DockerManifestSchema1)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed)]
    public void Add_Schema1_StaysOut(string mediaType)
    {
        // The digest of such a manifest is what the registry says, and proves nothing.
        var cache = new ImageCache();
        cache.Add(Host, Details(1, new ImageDetails { MediaType = mediaType, Reason = ScanReasons.UnsupportedManifest }));

        cache.Find(Host, Of(1)).ShouldBeNull();
        cache.Count.ShouldBe(0);
    }

    [Fact]
    public void Add_WhatIsNoImage_IsKept()
    {
        var cache = new ImageCache();
        cache.Add(Host, Details(1, SampleDetails.NoImage()));

        cache.Find(Host, Of(1)).ShouldNotBeNull();
    }

    [Fact]
    public void Add_DefaultCapacity_IsThatOfALargeInstallation()
    {
        var cache = new ImageCache();
        for (var i = 0; i <= 20_000; i++) cache.Add(Host, Details(i));

        cache.Count.ShouldBe(20_000);
        cache.Find(Host, Of(0)).ShouldBeNull();
        cache.Find(Host, Of(1)).ShouldNotBeNull();
    }

    private static Digest Of(int number) => Digest.Compute(Content(number));

    private static VerifiedDetails Details(int number, ImageDetails? details = null) => VerifiedDetails.Of(
        VerifiedManifest.Verify(Content(number), MediaTypes.OciManifest, Of(number), isAsked: true), details ?? SampleDetails.Image());

    private static byte[] Content(int number) => Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"number":{{number}} }""");

    private static int[] Kept(ImageCache cache, int highest) => [.. Enumerable.Range(1, highest).Where(number => cache.Find(Host, Of(number)) is not null)];
}
