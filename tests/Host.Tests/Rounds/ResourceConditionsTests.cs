using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class ResourceConditionsTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddHours(1);
    private static readonly Condition Others = new() { Type = "Approved", Status = "True", Reason = "ByHand", LastTransitionTime = Then };

    [Fact]
    public void Succeeded_FirstTime_IsReadyAndNotReconciling() => Texts(ResourceConditions.Succeeded(Resource(), "2 images.", Now)).ShouldBe(
    [
        "Ready True Succeeded '2 images.' 7",
        "Reconciling False Succeeded '' 7",
    ]);

    [Fact]
    public void Failed_MayPassByItself_IsRetrying() => Texts(ResourceConditions.Failed(Resource(), new RoundFailure("TimedOut", "too slow"), Now)).ShouldBe(
    [
        "Ready False TimedOut 'too slow' 7",
        "Reconciling True Retrying '' 7",
    ]);

    [Fact]
    public void Failed_RepositoryIsGone_SaysSoUntilItIsFound()
    {
        var failure = new RoundFailure("NotFound", "gone") { Cause = "RepositoryNotFound" };
        var gone = ResourceConditions.Failed(Resource(), failure, Now);
        Texts(gone)[^1].ShouldBe("RepositoryFound False RepositoryNotFound 'gone' 7");
        var resource = Resource([.. gone]);
        IReadOnlyList<Condition>[] rounds =
        [
            ResourceConditions.Failed(resource, new RoundFailure("TimedOut", "m"), Now),
            ResourceConditions.Scanning(resource, Now),
            ResourceConditions.Suspended(resource, Now),
        ];

        foreach (var conditions in rounds) conditions.ShouldContain(gone[^1]);
        foreach (var conditions in (IReadOnlyList<Condition>[])
            [ResourceConditions.Succeeded(resource, "m", Now), ResourceConditions.Failed(resource, failure, Now, isFound: true)])
        {
            conditions.Find("RepositoryFound").ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("InvalidSpec")]
    [InlineData("NoRegistryClient")]
    public void Failed_NeedsAChangeOfTheSpec_IsStalled(string reason) => Texts(
        ResourceConditions.Failed(Resource(), new RoundFailure(reason, "bad"), Now)).ShouldBe(
    [
        $"Ready False {reason} 'bad' 7",
        $"Reconciling False {reason} '' 7",
        $"Stalled True {reason} 'bad' 7",
    ]);

    [Fact]
    public void Scanning_NothingKnown_IsUnknown() => Texts(ResourceConditions.Scanning(Resource(), Now)).ShouldBe(
    [
        "Ready Unknown Scanning '' 7",
        "Reconciling True Scanning '' 7",
    ]);

    [Theory]
    [InlineData("True", 7L, "True")]
    [InlineData("False", 7L, "False")]
    [InlineData("Unknown", 7L, "Unknown")]
    [InlineData("True", 6L, "Unknown")] // of another spec
    [InlineData("True", null, "Unknown")]
    public void Scanning_AgainForTheSameSpec_KeepsWhatTheLastScanSaid(string status, long? generation, string expected)
    {
        var since = Now.AddDays(-1);
        var last = new Condition
        {
            Type = "Ready",
            Status = status,
            Reason = "Earlier",
            Message = "m",
            ObservedGeneration = generation,
            LastTransitionTime = since,
        };

        var ready = ResourceConditions.Scanning(Resource(last), Now).Single(condition => condition.Type == "Ready");

        ready.Status.ShouldBe(expected);
        ready.Reason.ShouldBe(expected == "Unknown" ? "Scanning" : "Earlier");
        if (expected == status && status != "Unknown") ready.LastTransitionTime.ShouldBe(since);
    }

    [Fact]
    public void Suspended_Resource_IsUnknownAndSaysByWhat() => Texts(ResourceConditions.Suspended(Resource(), Now)).ShouldBe(
    [
        "Ready Unknown Suspended 'Scanning is suspended by spec.suspend.' 7",
        "Reconciling False Suspended '' 7",
    ]);

    [Fact]
    public void EveryRound_OthersAndScannersConditions_StayAndStalledGoes()
    {
        var resource = Resource(Others, OfType("Stalled"), OfType("ScannersReady"));
        IReadOnlyList<Condition>[] rounds =
        [
            ResourceConditions.Succeeded(resource, "m", Now),
            ResourceConditions.Scanning(resource, Now),
            ResourceConditions.Suspended(resource, Now),
            ResourceConditions.Failed(resource, new RoundFailure("TimedOut", "m"), Now),
        ];

        foreach (var conditions in rounds)
        {
            conditions.Select(condition => condition.Type).ShouldBe(["Approved", "ScannersReady", "Ready", "Reconciling"]);
            conditions[0].ShouldBe(Others);
            conditions[1].ShouldBe(OfType("ScannersReady"));
        }
    }

    [Fact]
    public void EveryRound_SameStatus_KeepsTheTimeOfTransition()
    {
        var resource = Resource(OfType("Ready"), OfType("Reconciling"));

        var conditions = ResourceConditions.Succeeded(resource, "m", Now);

        conditions.Find("Ready")!.LastTransitionTime.ShouldBe(Then);
        conditions.Find("Reconciling")!.LastTransitionTime.ShouldBe(Now); // True before
    }

    [Theory]
    [InlineData(true, "True")]
    [InlineData(false, "False")]
    public void With_Scanners_SaysWhetherTheyAreReady(bool isReady, string status)
    {
        var conditions = ResourceConditions.With([Others, OfType("ScannersReady")], Resource(), new ScannersCondition(isReady, "Why", "because"), Now);

        Texts(conditions).ShouldBe(["Approved True ByHand '' ", $"ScannersReady {status} Why 'because' 7"]);
        conditions[1].LastTransitionTime.ShouldBe(isReady ? Then : Now);
    }

    [Fact]
    public void With_NoScanners_HasNoConditionOfThem() => ResourceConditions.With([Others, OfType("ScannersReady")], Resource(), null, Now).ShouldBe([Others]);

    [Fact]
    public void Webhook_SwitchedOn_IsNotReadyAndSaysSo()
    {
        var resource = Resource() with { Spec = new RegistrySpec { Webhook = new WebhookSpec { Enabled = true } } };
        IReadOnlyList<Condition>[] rounds =
        [
            ResourceConditions.Succeeded(resource, "m", Now),
            ResourceConditions.Scanning(resource, Now),
            ResourceConditions.Suspended(resource, Now),
            ResourceConditions.Failed(resource, new RoundFailure("InvalidSpec", "m"), Now),
        ];

        foreach (var conditions in rounds)
        {
            var webhook = conditions.Find("WebhookReady").ShouldNotBeNull();
            (webhook.Status, webhook.Reason, webhook.ObservedGeneration).ShouldBe(("False", "NotSupported", 7L));
            webhook.Message.ShouldNotBeNull().ShouldStartWith("spec.webhook.enabled: ");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public void Webhook_SwitchedOff_HasNoCondition(bool? enabled)
    {
        var resource = Resource(OfType("WebhookReady")) with
        {
            Spec = new RegistrySpec { Webhook = enabled is null ? null : new WebhookSpec { Enabled = enabled } },
        };

        ResourceConditions.Succeeded(resource, "m", Now).Find("WebhookReady").ShouldBeNull();
    }

    [Fact]
    public void OnTopOf_WrittenMeanwhile_KeepsOthersAndGoesOnFromItsOwn()
    {
        // Ready since Then when the round began; published as Unknown since; another controller came and one went.
        var gone = Others with { Type = "Gone" };
        var round = ResourceConditions.Succeeded(Resource(OfType("Ready"), gone), "m", Now);
        IReadOnlyList<Condition> written = [Others, OfType("Ready") with { Status = "Unknown", LastTransitionTime = Then.AddMinutes(30) }, OfType("Stalled")];

        var merged = ResourceConditions.OnTopOf(written, round, Now);

        merged.Select(condition => (condition.Type, condition.Status, condition.LastTransitionTime)).ShouldBe(
            [("Approved", "True", Then), ("Ready", "True", Now), ("Reconciling", "False", Now)]);
    }

    [Theory]
    [InlineData("Ready")]
    [InlineData("Reconciling")]
    [InlineData("Stalled")]
    [InlineData("ScannersReady")]
    [InlineData("WebhookReady")]
    [InlineData("TlsSettingsUsed")]
    [InlineData("RepositoryFound")]
    public void OnTopOf_OwnTypeThatTheRoundDoesNotSet_Goes(string type) => ResourceConditions.OnTopOf([Others, OfType(type)], [], Now).ShouldBe([Others]);

    private static Condition OfType(string type) => new() { Type = type, Status = "True", Reason = "Before", LastTransitionTime = Then };

    private static RegistryResource Resource(params Condition[] conditions) =>
        new() { Metadata = new ObjectMeta { Generation = 7 }, Status = conditions.Length == 0 ? null : new RegistryStatus { Conditions = conditions } };

    private static string[] Texts(IReadOnlyList<Condition> conditions) =>
        [.. conditions.Select(condition => $"{condition.Type} {condition.Status} {condition.Reason} '{condition.Message}' {condition.ObservedGeneration}")];
}
