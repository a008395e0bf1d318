using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Databases;

/// <summary>What a database says of its own age.</summary>
public sealed class DatabaseMetadataTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);

    // Hours from now: made, came here, next expected.
    [Theory]
    [InlineData(-5, -5, 1, false, "the next is not expected yet")]
    [InlineData(-24, -24, 0, false, "the next is expected this very moment")]
    [InlineData(-24, -24, -0.001, true, "the next is expected")]
    [InlineData(-24, -0.17, -1, false, "it came ten minutes ago, though the next is expected")]
    [InlineData(-24, -1, -1, false, "it came an hour ago")]
    [InlineData(-24, -1.001, -1, true, "it came more than an hour ago")]
    [InlineData(-24, 0, -1, false, "it has just come")]
    [InlineData(2, -5, 8, true, "it was made in the future")]
    [InlineData(2, -0.5, 8, false, "it was made in the future, but has just been downloaded")]
    [InlineData(-5, 0.01, 1, true, "it came in the future")]
    [InlineData(-24, 0.01, -1, true, "it came in the future, so not within the hour")]
    [InlineData(-5, 8760, 8761, true, "it came a year in the future")]
    [InlineData(-168, -168, 1000, false, "it is a week old")]
    [InlineData(-169, -169, 1000, true, "a next that is expected in more than a week is not believed")]
    [InlineData(-1000, -100, 1000, false, "it came less than a week ago")]
    [InlineData(-100, -1000, 1000, false, "it was made less than a week ago")]
    public void IsDue_Times_AreBelievedWhereTheyCanBeTrue(double made, double came, double next, bool expected, string because) =>
        new DatabaseMetadata { UpdatedAt = Now.AddHours(made), DownloadedAt = Now.AddHours(came), NextUpdate = Now.AddHours(next) }.IsDue(Now)
            .ShouldBe(expected, because);

    [Fact]
    public void IsDue_TimesAtTheEndsOfTheCalendar_AreNoFault()
    {
        DateTimeOffset[] times = [DateTimeOffset.MinValue, Now, DateTimeOffset.MaxValue];
        foreach (var made in times)
        {
            foreach (var came in times)
            {
                foreach (var next in times)
                    Should.NotThrow(() => new DatabaseMetadata { UpdatedAt = made, DownloadedAt = came, NextUpdate = next }.IsDue(Now));
            }
        }
    }

    [Fact]
    public void IsDue_NotSaidWhenItCame_GoesByTheOtherTimes()
    {
        new DatabaseMetadata { UpdatedAt = Now.AddHours(-5), NextUpdate = Now.AddHours(1) }.IsDue(Now).ShouldBeFalse();
        new DatabaseMetadata { UpdatedAt = Now.AddHours(-7), NextUpdate = Now.AddHours(-1) }.IsDue(Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("2026-11-24T06:33:51.46206689Z", "2026-11-24T06:33:51.4620668Z")]
    [InlineData("2026-11-24T08:33:51+02:00", "2026-11-24T06:33:51Z")]
    [InlineData("2026-11-24T06:33:51.5Z", "2026-11-24T06:33:51.5Z")]
    public async Task Version_TimeItWasMade_IsToTheLastDigitInUniversalTime(string made, string version)
    {
        using var cache = new TemporaryFolder("trivy");
        await Metadata.WriteAsync(cache.Path, Now, Now);
        var file = Path.Combine(cache.Path, "db", "metadata.json");
        await File.WriteAllTextAsync(file, $$"""{"Version":2,"UpdatedAt":"{{made}}","Unknown":[{}]}""", TestContext.Current.CancellationToken);

        (await FindAsync(cache)).ShouldNotBeNull().Version.ShouldBe(version);
    }

    [Fact]
    public async Task Find_DatabaseOrMetadataMissing_IsNone()
    {
        using var cache = new TemporaryFolder("trivy");
        (await FindAsync(cache)).ShouldBeNull();

        await Metadata.WriteAsync(cache.Path, Now, Now.AddHours(6));
        (await FindAsync(cache)).ShouldBe(new DatabaseMetadata { UpdatedAt = Now, DownloadedAt = Now, NextUpdate = Now.AddHours(6) });
        (await DatabaseMetadata.FindAsync(cache.Path, DatabaseKind.Java, TestContext.Current.CancellationToken)).ShouldBeNull();

        File.Delete(Path.Combine(cache.Path, "db", "metadata.json"));
        (await FindAsync(cache)).ShouldBeNull();

        await Metadata.WriteAsync(cache.Path, Now, Now.AddHours(6));
        File.Delete(Path.Combine(cache.Path, "db", "trivy.db"));
        (await FindAsync(cache)).ShouldBeNull();
    }

    private static Task<DatabaseMetadata?> FindAsync(TemporaryFolder cache) =>
        DatabaseMetadata.FindAsync(cache.Path, DatabaseKind.Vulnerabilities, TestContext.Current.CancellationToken);
}
