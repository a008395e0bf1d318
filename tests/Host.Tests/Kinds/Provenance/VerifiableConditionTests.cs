using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Provenance;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Tests.Kinds.Provenance;

public sealed class VerifiableConditionTests
{
    private static readonly DateTimeOffset Checked = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProvenanceStatus Verified =
        new() { LastCheckTime = Checked, Signed = true, Verification = new VerificationStatus { Method = "key" } };

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public void Of_ProvenanceNotTracked_IsAbsent(bool? enabled) => VerifiableCondition.Of(
            new RegistrySpec { ProvenanceTracking = enabled is null ? null : new ProvenanceTrackingSpec { Enabled = enabled, Verification = Policy } },
            new ScanProblem("InvalidSecret", "m"), [])
        .ShouldBeNull();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_NoKeyAndNoIdentity_SaysWhereToNameOne(bool hasExpectations)
    {
        var verification = hasExpectations ? new VerificationSpec { Expectations = new ExpectationsSpec { MinimumSlsaLevel = 2 } } : null;

        var condition = VerifiableCondition.Of(Spec(verification), problem: null, Images(Verified))!;

        (condition.Holds, condition.Reason).ShouldBe((false, "NoPolicy"));
        condition.Message.ShouldStartWith("spec.provenanceTracking.verification names no key and no identity");
    }

    [Theory]
    [InlineData("SecretNotFound")]
    [InlineData("InvalidSecret")]
    [InlineData("ScannerUnavailable")]
    public void Of_ScannerThatCannotRun_HasItsReason(string reason)
    {
        var condition = VerifiableCondition.Of(Spec(Policy), new ScanProblem(reason, "keys[0].secretRef: not there"), Images(Verified))!;

        (condition.Type, condition.Holds, condition.Reason).ShouldBe(("ProvenanceVerifiable", false, reason));
        condition.Message.ShouldBe("keys[0].secretRef: not there");
    }

    [Theory]
    [InlineData("", "Unknown NothingJudged")]
    [InlineData("waits RegistryUnavailable", "Unknown NothingJudged")]
    [InlineData("signed", "True PolicyRead")]
    [InlineData("refused SignatureInvalid", "True PolicyRead")]
    [InlineData("unsigned", "True PolicyRead")]
    [InlineData("kept RegistryUnavailable", "True PolicyRead")]
    [InlineData("kept InvalidKey", "False InvalidKey InvalidKey: the field")]
    [InlineData("signed, waits InvalidIdentity", "False InvalidIdentity InvalidIdentity: the field")]
    [InlineData("waits InvalidSecret", "False InvalidSecret InvalidSecret: the field")]
    [InlineData("signed, refused TrustedRootOutdated", "False TrustedRootOutdated 1 image, such as 1.1: why TrustedRootOutdated")]
    [InlineData("refused TrustedRootOutdated, refused TrustedRootOutdated", "False TrustedRootOutdated 2 images, such as 1.0: why TrustedRootOutdated")]
    public void Of_WhatWasJudged_DecidesWhetherItCouldBe(string images, string expected)
    {
        var sections = images.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(image => Section(image.Split(' '))).ToArray();

        var condition = VerifiableCondition.Of(Spec(Policy), problem: null, Images(sections))!;

        var status = condition.Holds switch { true => "True", false => "False", null => "Unknown" };
        $"{status} {condition.Reason} {condition.Message}".ShouldStartWith(expected);
    }

    [Fact]
    public void Of_PolicyThatCanBeRead_CountsWhatWasJudged() =>
        VerifiableCondition.Of(Spec(Policy), problem: null, Images(Verified, Refused("SignatureInvalid")))!.Message
            .ShouldBe("2 images judged by 1 key and 0 identities, 1 verified.");

    private static VerificationSpec Policy => new() { Keys = [new VerificationKeySpec { Pem = "-----BEGIN PUBLIC KEY-----" }] };

    private static RegistrySpec Spec(VerificationSpec? verification) =>
        new() { ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true, Verification = verification } };

    private static ProvenanceStatus Refused(string reason) => new()
    {
        LastCheckTime = Checked,
        Signed = false,
        Verification = new VerificationStatus { Reason = reason, Message = $"why {reason}" },
    };

    private static ProvenanceStatus Section(string[] words) => words switch
    {
        ["signed"] => Verified,
        ["unsigned"] => new ProvenanceStatus { LastCheckTime = Checked, Signed = false },
        ["refused", var reason] => Refused(reason),
        ["kept", var reason] => Verified with { Reason = reason, Message = $"{reason}: the field" },
        _ => new ProvenanceStatus { Reason = words[1], Message = $"{words[1]}: the field" },
    };

    private static IReadOnlyList<ImageStatus> Images(params IReadOnlyList<ProvenanceStatus> sections) =>
        [.. sections.Select((section, index) => new ImageStatus { Tag = $"1.{index}", Provenance = section })];
}
