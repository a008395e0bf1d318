using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class ConditionsTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddHours(1);
    private static readonly Condition Ready = new() { Type = "Ready", Status = ConditionStatus.True, Reason = "Scanned", ObservedGeneration = 1 };
    private static readonly Condition Others = new()
    {
        Type = "Approved",
        Status = ConditionStatus.False,
        Reason = "ByHand",
        Message = "not yet",
        ObservedGeneration = 4,
        LastTransitionTime = Then.AddDays(-1),
    };

    [Fact]
    public void Set_NewType_IsAppendedWithTheTime()
    {
        var conditions = ((IReadOnlyList<Condition>?)null).Set(Ready, Then).Set(Ready with { Type = "Stalled" }, Now);

        conditions.Select(condition => (condition.Type, condition.LastTransitionTime)).ShouldBe([("Ready", Then), ("Stalled", Now)]);
    }

    [Fact]
    public void Set_SameStatus_KeepsTheTimeOfTheTransition()
    {
        var conditions = new[] { Ready with { LastTransitionTime = Then } }.Set(
            Ready with { Reason = "ScannedAgain", Message = "m", ObservedGeneration = 2 }, Now);

        conditions.ShouldBe([Ready with { Reason = "ScannedAgain", Message = "m", ObservedGeneration = 2, LastTransitionTime = Then }]);
    }

    [Fact]
    public void Set_OtherStatus_IsATransition()
    {
        var conditions = new[] { Ready with { LastTransitionTime = Then } }.Set(Ready with { Status = ConditionStatus.False }, Now);

        conditions.Find("Ready")!.LastTransitionTime.ShouldBe(Now);
    }

    [Fact]
    public void Set_NothingChanged_ReturnsTheSameList()
    {
        IReadOnlyList<Condition> conditions = [Ready with { LastTransitionTime = Then }];

        conditions.Set(Ready, Now).ShouldBeSameAs(conditions);
    }

    [Fact]
    public void Set_AmongOthers_StandsWhereItStoodAndChangesNoOther()
    {
        IReadOnlyList<Condition> conditions = [Others, Ready with { LastTransitionTime = Then }, Others with { Type = "Z" }];

        conditions.Set(Ready with { Status = ConditionStatus.Unknown }, Now).ShouldBe(
            [Others, Ready with { Status = ConditionStatus.Unknown, LastTransitionTime = Now }, Others with { Type = "Z" }]);
        conditions[1].Status.ShouldBe(ConditionStatus.True); // the list given is not written into
    }

    [Theory]
    [InlineData(null, true)] // nobody said when
    [InlineData("2026-01-01T01:00:00Z", true)]
    [InlineData("2026-01-01T01:00:01Z", true)] // in the future: a clock was wrong
    [InlineData("2099-01-01T00:00:00Z", true)]
    [InlineData("2026-01-01T00:59:59Z", false)]
    public void Set_SameStatus_BelievesNoTimeOfTheFuture(string? stored, bool isNow)
    {
        var time = stored is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(stored, System.Globalization.CultureInfo.InvariantCulture);

        var set = new[] { Ready with { LastTransitionTime = time } }.Set(Ready, Now).Single();

        set.LastTransitionTime.ShouldBe(isNow ? Now : time);
    }

    [Theory]
    [InlineData(ConditionStatus.True)]
    [InlineData(ConditionStatus.False)]
    public void Set_FractionOfASecond_IsCutOffButNeverBehindTheLastTransition(string status)
    {
        var now = Now.AddMilliseconds(900);

        new[] { Ready with { LastTransitionTime = Now.AddMilliseconds(500) } }.Set(Ready with { Status = status }, now).Single().LastTransitionTime
            .ShouldBe(Now.AddMilliseconds(500));
        new[] { Ready with { LastTransitionTime = Then } }.Set(Ready with { Status = ConditionStatus.Unknown }, now).Single().LastTransitionTime.ShouldBe(Now);
        ((IReadOnlyList<Condition>?)null).Set(Ready with { Status = status }, now).Single().LastTransitionTime.ShouldBe(Now);
    }

    [Fact]
    public void Set_TimesInAnyOrder_NeverGoBackAndAreNeverInTheFuture() =>
        Gen.Select(Gen.Int[0, 100], Gen.OneOf(ConditionStatus.True, ConditionStatus.False, ConditionStatus.Unknown)).Array[1, 20].Sample(steps =>
        {
            IReadOnlyList<Condition> conditions = [];
            foreach (var (seconds, status) in steps)
            {
                var now = Then.AddSeconds(seconds);
                var before = conditions.Find("Ready");
                conditions = conditions.Set(Ready with { Status = status }, now);
                var after = conditions.Single().LastTransitionTime!.Value;
                if (after > now) return false;
                if (before?.LastTransitionTime is { } last && last <= now && after < last) return false;
                if (before is null || before.LastTransitionTime > now) continue;
                if (after != (before.Status == status ? before.LastTransitionTime : now)) return false;
            }

            return true;
        });

    [Fact]
    public void Merge_OwnTypes_AreSetOrRemovedAndOthersStay()
    {
        IReadOnlyList<Condition> conditions = [Others, Ready with { LastTransitionTime = Then }, Ready with { Type = "Stalled", LastTransitionTime = Then }];

        var merged = conditions.Merge(
            ["Ready", "Stalled", "Reconciling"], [Ready with { Type = "Reconciling" }, Ready with { Status = ConditionStatus.False }], Now);

        merged.ShouldBe(
            [Others, Ready with { Status = ConditionStatus.False, LastTransitionTime = Now }, Ready with { Type = "Reconciling", LastTransitionTime = Now }]);
    }

    [Fact]
    public void Merge_NothingChanged_ReturnsTheSameList()
    {
        IReadOnlyList<Condition> conditions = [Others, Ready with { LastTransitionTime = Then }];

        conditions.Merge(["Ready", "Stalled"], [Ready], Now).ShouldBeSameAs(conditions);
    }

    [Fact]
    public void Merge_NoList_IsTheOwnOnes() =>
        ((IReadOnlyList<Condition>?)null).Merge(["Ready"], [Ready], Now).ShouldBe([Ready with { LastTransitionTime = Now }]);

    [Fact]
    public void Find_TypeThatIsNotThere_IsNull()
    {
        new[] { Others }.Find("Ready").ShouldBeNull();
        ((IReadOnlyList<Condition>?)null).Find("Ready").ShouldBeNull();
        new[] { Others, Ready }.Find("Ready").ShouldBe(Ready);
    }

    [Fact]
    public void Json_FieldsLeftOut_AreReadAsUnknown()
    {
        var condition = JsonSerializer.Deserialize("{}", ConditionsJsonContext.Default.Condition)!;

        condition.ShouldBe(new Condition { Type = "", Status = ConditionStatus.Unknown });
    }

    [Fact]
    public void Json_Condition_IsReadAndWrittenInTheFormOfTheApi()
    {
        const string json =
            """{"type":"Ready","status":"True","reason":"Scanned","message":"2 images.","observedGeneration":""" +
            """3,"lastTransitionTime":"2030-01-31T12:00:00Z"}""";

        var condition = JsonSerializer.Deserialize(json, ConditionsJsonContext.Default.Condition)!;

        JsonSerializer.Serialize(condition, ConditionsJsonContext.Default.Condition).ShouldBe(json);
    }

    [Theory]
    [InlineData("""{"lastTransitionTime":"yesterday"}""", "'yesterday'")]
    [InlineData("""{"lastTransitionTime":5}""", "'Number'")]
    public void Json_NotATime_SaysWhatIsExpected(string json, string what)
    {
        var error = Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, ConditionsJsonContext.Default.Condition));

        error.Message.ShouldContain(what);
        error.Message.ShouldContain("RFC 3339");
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Condition))]
internal sealed partial class ConditionsJsonContext : JsonSerializerContext;
