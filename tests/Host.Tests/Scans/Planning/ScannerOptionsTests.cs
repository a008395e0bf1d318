using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Cli;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public class ScannerOptionsTests
{
    private const string Field = "spec.scanners[0].options";

    [Fact]
    public void Bind_OptionsOfTheScannersType_AreThatType() =>
        Bind("""{"forbidden": ["AGPL-3.0-only"], "limit": 3}""").ShouldBeOfType<PolicyOptions>().Forbidden.ShouldBe(["AGPL-3.0-only"]);

    [Theory]
    [InlineData("""{"forbiden": []}""", "forbiden")]
    [InlineData("""{"limit": "many"}""", ".limit")]
    [InlineData("""{"limit": 0}""", "between 1 and 100")]
    [InlineData("""{"limit": 1.5}""", ".limit")]
    [InlineData("""{"forbidden": null}""", ".forbidden: has no value")]
    [InlineData("""{"forbidden": [null]}""", "can't check its options")]
    [InlineData("""{"forbidden": [""]}""", ": forbidden: a licence has no name.")]
    [InlineData("""{"forbiden": []}""", ".forbiden: unknown option; did you mean forbidden?")]
    [InlineData("""{"colour": 1}""", ".colour: unknown option; known are forbidden, limit, level, strict, rules, named.")]
    [InlineData("""{"limit": "3"}""", ".limit")]
    [InlineData("""{"level": "highest"}""", ".level")]
    [InlineData("""{"rules": [{"name": "a"}, {"name": "b", "nmae": "c"}]}""", ".rules[1].nmae: unknown option; did you mean name?")]
    [InlineData("""{"rules": [{"name": "a"}, {"weight": 1}]}""", ".rules[1].name: is required; give it a value.")]
    [InlineData("""{"rules": [{"name": "a", "weight": "heavy"}]}""", ".rules[0].weight")]
    [InlineData("""{"named": {"a": {"name": null}}}""", ".named.a.name: has no value")]
    [InlineData("""{"named": {"a": {"weight": 1}}}""", ".named.a.name: is required")]
    [InlineData("""[]""", "")]
    [InlineData("""7""", "")]
    public void Bind_OptionsThatAreNotValid_SayWhichAndWhy(string json, string expected)
    {
        var failure = Should.Throw<FormatException>(() => Bind(json));

        failure.Message.ShouldStartWith(Field);
        failure.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("""{"limit": "many"}""", ".limit is the text 'many'; expected a whole number")]
    [InlineData("""{"limit": 1.5}""", ".limit is the number 1.5; expected a whole number")]
    [InlineData("""{"level": "highest"}""", ".level is the text 'highest'; expected Low or High")]
    [InlineData("""{"strict": "yes"}""", ".strict is the text 'yes'; expected true or false")]
    [InlineData("""{"forbidden": "MIT"}""", ".forbidden is the text 'MIT'; expected a list")]
    [InlineData("""{"forbidden": ["MIT", 2]}""", ".forbidden[1] is the number 2; expected a text; put it into quotes")]
    [InlineData("""{"rules": [{"name": "a", "weight": "heavy"}]}""", ".rules[0].weight is the text 'heavy'; expected a whole number")]
    [InlineData("""{"named": {"a": []}}""", ".named.a is a list; expected a map of fields")]
    [InlineData("""[]""", " is a list; expected a map of fields")]
    public void Bind_ValueOfAnotherType_NamesItAndWhatIsExpected(string json, string expected) =>
        Should.Throw<FormatException>(() => Bind(json)).Message.ShouldBe(Field + expected);

    [Fact]
    public void Bind_TextThatIsNoTime_ShowsOne() =>
        Should.Throw<FormatException>(() => ScannerOptions.Bind(Field, typeof(TimedOptions), JsonSerializer.SerializeToElement(new { wait = "soon" })))
            .Message.ShouldBe($"{Field}.wait is the text 'soon'; expected a time in a text, e.g. '00:10:00' for ten minutes");

    [Fact]
    public void Bind_EnumerationsAndCase_AreReadAsResourcesWriteThem()
    {
        var options = (PolicyOptions)Bind("""{"Level": "high", "LIMIT": 7}""");

        (options.Level, options.Limit).ShouldBe((PolicyLevel.High, 7));
    }

    [Fact]
    public void Bind_NullWhereTheTypeTakesIt_IsNull() => ((PolicyOptions)Bind("""{"strict": null}""")).Strict.ShouldBeNull();

    [Fact]
    public void Bind_ErrorOfTheSerialiser_SaysNothingOfItsOwnPath() =>
        Should.Throw<FormatException>(() => Bind("""{"limit": "many"}""")).Message.ShouldNotContain("Path:");

    [Fact]
    public void Bind_NoOptions_AreTheTypesDefaults() =>
        ScannerOptions.Bind(Field, typeof(PolicyOptions), null).ShouldBeOfType<PolicyOptions>().Limit.ShouldBe(10);

    [Fact]
    public void Bind_ScannerWithoutOptions_RefusesSome()
    {
        ScannerOptions.Bind(Field, null, null).ShouldBeNull();
        ScannerOptions.Bind(Field, null, JsonSerializer.SerializeToElement(new { })).ShouldBeNull();
        Should.Throw<FormatException>(() => ScannerOptions.Bind(Field, null, JsonSerializer.SerializeToElement(new { limit = 1 })))
            .Message.ShouldContain("takes no options");
    }

    [Fact]
    public void Bind_TypeWithoutOptions_SaysThatItKnowsNone() =>
        Should.Throw<FormatException>(() => ScannerOptions.Bind(Field, typeof(NoOptions), JsonSerializer.SerializeToElement(new { limit = 1 })))
            .Message.ShouldBe($"{Field}.limit: unknown option; the scanner knows none.");

    [Fact]
    public void Bind_ScannerWithoutOptions_RefusesWhatIsNoObject() =>
        Should.Throw<FormatException>(() => ScannerOptions.Bind(Field, null, JsonSerializer.SerializeToElement(7))).Message.ShouldContain("takes no options");

    [Fact]
    public void Hash_NothingItDependsOn_IsEmptyAndElseShort()
    {
        Hash(null, null, null).ShouldBe("");
        Hash(Bind("{}"), null, null).ShouldMatch("^[0-9a-f]{16}$");
    }

    [Fact]
    public void Hash_EachOption_CountsAndDefaultsWrittenOutDoNot()
    {
        string[] written =
        [
            "{}", """{"limit": 3}""", """{"level": "high"}""", """{"strict": true}""", """{"strict": false}""",
            """{"forbidden": ["a"]}""", """{"forbidden": ["a", "b"]}""", """{"forbidden": ["b", "a"]}""",
        ];

        written.Select(json => Hash(Bind(json), null, null)).ShouldBeUnique();
        Hash(Bind("""{"limit": 10}"""), null, null).ShouldBe(Hash(Bind("{}"), null, null));
    }

    [Fact]
    public void Hash_SameInputs_IsTheSameForEver() => Hash(null, "syft-json", null).ShouldBe(Known("syft-json\n"));

    [Fact]
    public void Hash_SameOptionsInAnotherOrder_IsTheSame() =>
        Hash(Bind("""{"limit": 3, "forbidden": ["a"]}"""), null, null)
            .ShouldBe(Hash(Bind("""{"forbidden": ["a"], "limit": 3}"""), null, null));

    [Fact]
    public void Hash_OtherOptionsFormatSectionOrSecret_IsAnother() => new[]
    {
        Hash(null, null, null), Hash(Bind("{}"), null, null), Hash(Bind("""{"limit": 3}"""), null, null),
        Hash(null, "spdx-json", null), Hash(null, "syft-json", null),
        Hash(null, "syft-json", "secret a"), Hash(null, "syft-json", "secret b"),
        Hash(null, null, null, new VerificationPolicy()), Hash(null, null, "secret a", new VerificationPolicy()),
        Hash(null, null, null, new VerificationPolicy { Keys = [new VerificationKey { Pem = "a" }] }),
        Hash(null, null, null, new VerificationPolicy { Keys = [new VerificationKey { Pem = "b" }] }),
    }.ShouldBeUnique();

    [Fact]
    public void Hash_Platforms_CountInAnyOrder()
    {
        var one = Hash(null, null, null, "linux/amd64");

        string[] all = [one, Hash(null, null, null), Hash(null, null, null, "all"), Hash(null, null, null, "linux/amd64", "linux/arm64")];
        all.ShouldBeUnique();
        Hash(null, null, null, "linux/arm64", "linux/amd64").ShouldBe(all[^1]);
    }

    private static string Known(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16];

    private static string Hash(object? options, string? variant, string? secrets, params string[] platforms) =>
        Hash(options, variant, secrets, section: null, platforms);

    private static string Hash(object? options, string? variant, string? secrets, VerificationPolicy? section, params string[] platforms) =>
        ScannerOptions.Hash(options, ScanParts.Use(ScannerKind.Custom) with { Variant = variant, Section = section, Platforms = platforms }, secrets);

    private static object Bind(string json) => ScannerOptions.Bind(Field, typeof(PolicyOptions), JsonDocument.Parse(json).RootElement)!;

    internal enum PolicyLevel
    {
        Low,
        High,
    }

    internal sealed record PolicyRule
    {
        public required string Name { get; init; }

        public int? Weight { get; init; }
    }

    internal sealed record NoOptions;

    internal sealed record TimedOptions
    {
        public TimeSpan Wait { get; init; }
    }

    internal sealed record PolicyOptions : IValidatableObject
    {
        public IReadOnlyList<string> Forbidden { get; init; } = [];

        [Range(1, 100, ErrorMessage = "limit must be between 1 and 100.")]
        public int Limit { get; init; } = 10;

        public PolicyLevel Level { get; init; }

        public bool? Strict { get; init; }

        public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

        public IReadOnlyDictionary<string, PolicyRule> Named { get; init; } = new Dictionary<string, PolicyRule>(StringComparer.Ordinal);

        // As plugins are written: it has not thought of a null in the list.
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            Forbidden.Where(licence => licence.Length == 0).Select(_ => new ValidationResult("forbidden: a licence has no name."));
    }
}
