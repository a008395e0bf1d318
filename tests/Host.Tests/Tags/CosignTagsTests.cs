using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Tests.Tags;

public class CosignTagsTests
{
    private static readonly string Hex = new('a', 64);

    [Fact]
    public void Of_Sha256_AreThreeTagsThatTheFilterKnows()
    {
        var tags = CosignTags.Of(Digest.Parse($"sha256:{Hex}")).ToArray();

        tags.ShouldBe([$"sha256-{Hex}.sig", $"sha256-{Hex}.att", $"sha256-{Hex}.sbom"]);
        tags.ShouldAllBe(tag => TagFilter.IsSignatureTag(tag));
    }

    [Fact]
    public void Of_DigestTooLongForATag_AreNone() => CosignTags.Of(Digest.Parse($"sha512:{Hex}{Hex}")).ShouldBeEmpty();
}
