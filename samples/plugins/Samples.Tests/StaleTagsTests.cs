using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using StaleTags;

namespace Samples.Tests;

public class StaleTagsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-06-01T00:00:00Z");
    private static readonly Digest Image = Digest.Compute("image"u8);

    [Theory]
    [InlineData("2026-01-01", null, "Fresh")]
    [InlineData("2025-01-01", null, "Stale")]
    // Reproducible builds have no date of their own.
    [InlineData("1970-01-01", "2026-01-01", "Fresh")]
    [InlineData("1970-01-01", "2025-01-01", "Stale")]
    [InlineData("1970-01-01", null, "Fresh")]
    public async Task Scan_AgeOfAnImage_IsItsOwnOrThatOfItsTag(string created, string? named, string result)
    {
        var image = new TaggedImage("1.0.0", Image, Date(created), Size: 1)
        {
            History = named is null ? [] : [new TagHistoryEntry(Image, Date(named))],
            FirstSeen = Now,
        };
        var request = new RegistryScanRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
            Images = [image],
            Tags = ["1.0.0"],
            Client = Substitute.For<IRegistryClient>(),
        };

        var found = await new StaleTagsScanner(new FakeTimeProvider(Now)).ScanAsync(request, TestContext.Current.CancellationToken);

        (found.Result, found.Summary["tags"]).ShouldBe((result, "at least 1"));
    }

    private static DateTimeOffset Date(string text) => DateTimeOffset.Parse($"{text}T00:00:00Z");
}
