using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Plugins.Details;

namespace RegistryOperator.Host.Tests.Plugins.Details;

public class OptionTextsTests
{
    public static TheoryData<ValidationAttribute, string> Constraints => new()
    {
        { new RequiredAttribute(), "required" },
        { new RangeAttribute(0.5, 10.0), "from 0.5 to 10" },
        { new StringLengthAttribute(63), "up to 63 characters" },
        { new StringLengthAttribute(63) { MinimumLength = 2 }, "2 to 63 characters" },
        { new LengthAttribute(1, 3), "length 1 to 3" },
        { new MinLengthAttribute(1), "length at least 1" },
        { new MaxLengthAttribute(3), "length up to 3" },
        { new RegularExpressionAttribute("[a-z]+"), "matches [a-z]+" },
        { new AllowedValuesAttribute("a", 1, null), "one of a, 1, " },
        { new DeniedValuesAttribute("a", "b"), "none of a, b" },
        { new UrlAttribute(), "a URL" },
        { new EmailAddressAttribute(), "The mail field is not a valid e-mail address." },
        { new FaultyAttribute(), nameof(FaultyAttribute) },
    };

    [Theory]
    [MemberData(nameof(Constraints))]
    public void Constraint_IsAFewWords(ValidationAttribute rule, string expected) =>
        ConstraintTexts.Of("mail", isRequired: false, [rule, new ObsoleteAttribute()]).ShouldBe([expected]);

    [Fact]
    public void Constraints_OfARequiredMember_AreSaidOnce()
    {
        ConstraintTexts.Of("x", isRequired: true, [new MinLengthAttribute(1), new RequiredAttribute()]).ShouldBe(["required", "length at least 1"]);
        ConstraintTexts.Of("x", isRequired: true, []).ShouldBe(["required"]);
        ConstraintTexts.Of("x", isRequired: false, []).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(bool?), "boolean")]
    [InlineData(typeof(byte), "integer")]
    [InlineData(typeof(long), "integer")]
    [InlineData(typeof(float), "number")]
    [InlineData(typeof(decimal?), "number")]
    [InlineData(typeof(string), "string")]
    [InlineData(typeof(DateTimeOffset), "string")]
    [InlineData(typeof(Uri), "string")]
    [InlineData(typeof(object), "any")]
    [InlineData(typeof(JsonElement), "any")]
    [InlineData(typeof(JsonNode), "any")]
    [InlineData(typeof(DayOfWeek?), "one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday")]
    [InlineData(typeof(int[]), "array of integer")]
    [InlineData(typeof(IReadOnlyList<List<string>>), "array of array of string")]
    [InlineData(typeof(Dictionary<string, double>), "object of number")]
    [InlineData(typeof(Nested), "object")]
    [InlineData(typeof(List<Nested>), "array of object")]
    public void TypeName_IsThatOfJson(Type type, string expected) => JsonTypeNames.Of(type, JsonSerializerOptions.Web).ShouldBe(expected);

    [Theory]
    [InlineData(typeof(Nested), typeof(Nested), ".")]
    [InlineData(typeof(List<Nested>), typeof(Nested), "[].")]
    [InlineData(typeof(Dictionary<string, Nested>), typeof(Nested), ".*.")]
    [InlineData(typeof(object), null, null)]
    [InlineData(typeof(List<object>), null, null)]
    [InlineData(typeof(List<int>), null, null)]
    [InlineData(typeof(Dictionary<string, string>), null, null)]
    [InlineData(typeof(string), null, null)]
    public void ObjectWithin_IsWhatAUserWritesInIt(Type type, Type? within, string? suffix)
    {
        var found = JsonTypeNames.ObjectWithin(type, JsonSerializerOptions.Web);

        (found?.Type, found?.Suffix).ShouldBe((within, suffix));
    }

    [Fact]
    public void Read_TypeWithRequiredMembers_HasNoDefaults()
    {
        var options = OptionsTypeReader.Read(typeof(Demanding));

        options.Select(option => (option.Name, option.Type, option.Default?.ToJsonString())).ShouldBe([("name", "string", null), ("count", "integer", null)]);
        options[0].Constraints.ShouldBe(["required"]);
    }

    [Fact]
    public void Read_PropertyThatCantBeWrittenOrRead_IsNoOptionOrHasNoDefault() =>
        OptionsTypeReader.Read(typeof(Odd)).Select(option => (option.Name, option.Default?.ToJsonString())).ShouldBe([("broken", null), ("kept", "1")]);

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class FaultyAttribute() : ValidationAttribute("x")
    {
        public override string FormatErrorMessage(string name) => throw new InvalidOperationException("broken");
    }

    internal sealed record Nested(int Value);

    internal sealed record Demanding
    {
        public required string Name { get; init; }

        public int Count { get; init; } = 3;
    }

    internal sealed class Odd
    {
        public int Broken
        {
            get => throw new InvalidOperationException("broken");
            set => Kept = value;
        }

        public int Kept { get; set; } = 1;

        public int Computed => Kept + 1;
    }
}
