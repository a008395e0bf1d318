using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Resources;

public sealed class ConditionsTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddHours(1);
    private static readonly Condition Ready = new() { Type = "Ready", Status = ConditionStatus.True, Reason = "Scanned", ObservedGeneration = 1 };

    [Fact]
    public void Set_NewType_IsAppendedWithTheTime()
    {
        var conditions = ((IReadOnlyList<Condition>?)null).Set(Ready, Then).Set(Ready with { Type = "Stalled" }, Now);

        conditions.Select(condition => (condition.Type, condition.LastTransitionTime)).ShouldBe([("Ready", Then), ("Stalled", Now)]);
    }

    [Fact]
    public void Set_SameStatus_KeepsTheTimeOfTheTransition()
    {
        var conditions = new[] { Ready with { LastTransitionTime = Then } }.Set(Ready with { Reason = "ScannedAgain", ObservedGeneration = 2 }, Now);

        conditions.ShouldBe([Ready with { Reason = "ScannedAgain", ObservedGeneration = 2, LastTransitionTime = Then }]);
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
}
