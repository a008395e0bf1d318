using RegistryOperator.Testing.Images;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>Images for the tests.</summary>
internal static class SampleImages
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A small image of its own digest; the number makes both its content and its time.</summary>
    public static TestImage Numbered(int number, string platform = "linux/amd64") => new ImageBuilder()
        .WithPlatform(platform)
        .WithCreated(Start.AddHours(number))
        .WithLabel("number", $"{number}")
        .WithLayer(new Dictionary<string, string> { ["etc/number"] = $"{number}" })
        .Build();

    /// <summary><c>1.0.0</c>, <c>1.0.1</c>… of one digest each.</summary>
    public static IEnumerable<TaggedManifest> Versions(int count) =>
        Enumerable.Range(0, count).Select(number => new TaggedManifest($"1.0.{number}", Numbered(number)));
}
