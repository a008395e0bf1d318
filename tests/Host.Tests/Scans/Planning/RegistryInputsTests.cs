using NSubstitute;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public class RegistryInputsTests
{
    private static readonly TaggedImage Image = new("1.0", ScanParts.DigestOf("b"), Created: null, Size: 0);

    [Fact]
    public void Of_TagThatNamedSomethingElseMeanwhile_IsAnotherContent()
    {
        var now = DateTimeOffset.UnixEpoch;
        TagHistoryEntry current = new(Image.Digest, now), earlier = new(ScanParts.DigestOf("a"), now, now);

        var before = ContentOf([current]);

        ContentOf([current]).ShouldBe(before);
        ContentOf([current, earlier, current with { To = now }]).ShouldNotBe(before);
    }

    private static string ContentOf(IReadOnlyList<TagHistoryEntry> history) => RegistryInputs.Of(
        new RegistryScanRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
            Images = [Image with { History = history }],
            Tags = ["1.0"],
            IsTagListComplete = true,
            Workloads = null,
            Results = Substitute.For<IStoredResults>(),
            Client = Substitute.For<IRegistryClient>(),
        },
        []).Content;
}
