using RegistryOperator.Abstractions.Provenance;

namespace RegistryOperator.Abstractions.Tests.Provenance;

public class BuildProvenanceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(3)]
    public void SlsaLevel_LevelOfTheBuildTrack_IsTaken(int? level) => new BuildProvenance { SlsaLevel = level }.SlsaLevel.ShouldBe(level);

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void SlsaLevel_AnotherNumber_IsRefused(int level) => Should.Throw<ArgumentOutOfRangeException>(() => new BuildProvenance { SlsaLevel = level });
}
