using System.Collections.Immutable;
using System.Text.Json;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public sealed class SecretReferencesTests
{
    private const string Field = "spec.scanners[0].options";

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"token": {"name": "a", "key": "k"}}""", "token=a/k")]
    [InlineData("""{"inner": {"token": {"name": "a", "key": "k"}, "inner": {"token": {"name": "b", "key": "k"}}}}""", "inner.token=a/k inner.inner.token=b/k")]
    [InlineData("""{"list": [{"name": "a", "key": "k"}, {"name": "b", "key": "k"}]}""", "list[0]=a/k list[1]=b/k")]
    [InlineData("""{"many": [{}, {"list": [{"name": "a", "key": "k"}]}]}""", "many[1].list[0]=a/k")]
    [InlineData("""{"named": {"x": {"name": "a", "key": "k"}}}""", "named.x=a/k")]
    [InlineData("""{"immutable": {"x": {"token": {"name": "a", "key": "k"}}}}""", "immutable.x.token=a/k")]
    [InlineData("""{"anything": {"name": "a", "key": "k"}, "text": "a/k", "numbers": [1, 2]}""", "")]
    public void Find_ReferenceAnywhere_IsNamedAsTheUserWroteIt(string json, string expected) => Find(json).ShouldBe(expected);

    [Fact]
    public void Find_NoOptionsOrDefaults_AreWhatIsThere()
    {
        SecretReferences.Find(Field, null).ShouldBeEmpty();
        SecretReferences.Find(Field, new WithDefault()).ShouldBe([new NamedSecret($"{Field}.token", new SecretKeyReference { Name = "feed", Key = "token" })]);
    }

    [Theory]
    [InlineData("""{"token": {"name": "", "key": "k"}}""", "token.name: is required; name a Secret in the resource's namespace")]
    [InlineData(
        """{"token": {"name": "../other/secrets/a", "key": "k"}}""",
        "token.name: '../other/secrets/a' cannot be a Secret's name; use lower-case letters, digits, - and .")]
    [InlineData("""{"list": [{"name": "a", "key": "k/l"}]}""", "list[0].key: 'k/l' cannot be a key in a Secret; use letters, digits, - _ and .")]
    public void Find_NameThatIsNone_IsRefused(string json, string expected) =>
        Should.Throw<FormatException>(() => Find(json)).Message.ShouldBe($"{Field}.{expected}");

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Find_Count_IsBounded(int count, bool refused)
    {
        var json = JsonSerializer.Serialize(new { list = Enumerable.Range(0, count).Select(number => new { name = $"s{number}", key = "k" }) });

        if (refused) Should.Throw<FormatException>(() => Find(json)).Message.ShouldBe($"{Field}.list[20]: the options name more than 20 keys of Secrets.");
        else Find(json).Split(' ').Length.ShouldBe(count);
    }

    [Fact]
    public void Find_OptionsThatHoldThemselves_AreRefused()
    {
        var loop = new Loop();
        loop.Next = loop;

        Should.Throw<FormatException>(() => SecretReferences.Find(Field, loop)).Message.ShouldEndWith(": the options are nested more than 32 deep.");
    }

    [Fact]
    public void Find_PropertyThatThrows_IsAProblemOfTheOptions() =>
        Should.Throw<FormatException>(() => SecretReferences.Find(Field, new Throwing()))
            .Message.ShouldBe($"{Field}: the scanner's options can't be read. NotSupportedException: not yet");

    private static string Find(string json)
    {
        var found = SecretReferences.Find(Field, ScannerOptions.Bind(Field, typeof(Options), JsonElement.Parse(json)));
        return string.Join(' ', found.Select(named => $"{named.Field[(Field.Length + 1)..]}={named.Reference.Name}/{named.Reference.Key}"));
    }

    internal sealed record Options
    {
        public SecretKeyReference? Token { get; init; }

        public Options? Inner { get; init; }

        public IReadOnlyList<SecretKeyReference> List { get; init; } = [];

        public Options[] Many { get; init; } = [];

        public IReadOnlyDictionary<string, SecretKeyReference> Named { get; init; } = new Dictionary<string, SecretKeyReference>(StringComparer.Ordinal);

        public ImmutableDictionary<string, Options> Immutable { get; init; } = ImmutableDictionary<string, Options>.Empty;

        public object? Anything { get; init; }

        public string? Text { get; init; }

        public int[] Numbers { get; init; } = [];

        /// <summary>Computed, so no option.</summary>
        public SecretKeyReference? Computed => Token;
    }

    internal sealed record WithDefault
    {
        public SecretKeyReference Token { get; init; } = new() { Name = "feed", Key = "token" };
    }

    internal sealed class Loop
    {
        public Loop? Next { get; set; }
    }

    internal sealed class Throwing
    {
        public string Text { get => throw new NotSupportedException("not yet"); set => _ = value; }
    }
}
