using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>
/// The condition <c>ProvenanceVerifiable</c>: whether signatures can be judged, whatever the judgement is. Absent where provenance is not tracked.
/// </summary>
internal static class VerifiableCondition
{
    public const string Type = "ProvenanceVerifiable";

    private const string Field = "spec.provenanceTracking.verification";

    /// <summary>The reasons for which a policy can't be read, as scanners tell them of each image.</summary>
    private static readonly string[] UnreadablePolicy = ["InvalidKey", "InvalidIdentity", "InvalidSecret"];

    /// <summary>The reason of a signature by an instance that the trusted root does not know.</summary>
    private const string TrustedRootOutdated = nameof(TrustedRootOutdated);

    /// <param name="spec">What the resource asks for.</param>
    /// <param name="problem">Why the scanner can't run.</param>
    /// <param name="images">What was found.</param>
    public static KindCondition? Of(RegistrySpec spec, ScanProblem? problem, IReadOnlyList<ImageStatus> images)
    {
        if (spec.ProvenanceTracking is not { IsEnabled: true } section) return null;
        if (section.Verification is not { } policy || policy.Keys.Count + policy.Keyless.Count == 0)
        {
            return Is(
                false, SignatureReasons.NoPolicy,
                $"{Field} names no key and no identity: signatures and attestations are found, and none of them is verified.");
        }

        if (problem is not null) return Is(false, problem.Reason, problem.Message);

        var sections = images.Where(image => image.Provenance is not null).ToArray();
        if (sections.FirstOrDefault(image => UnreadablePolicy.Contains(image.Provenance!.Reason)) is { Provenance: { } unread })
            return Is(false, unread.Reason!, unread.Message ?? $"{Field} can't be read.");
        // A stranger's signature beside a verified one says nothing about the root: only an image without any counts.
        var outdated = sections.Where(image => image.Provenance!.Verification?.Reason == TrustedRootOutdated).ToArray();
        if (outdated is [var first, ..])
            return Is(false, TrustedRootOutdated, $"{Counted.Of(outdated.Length, "image")}, such as {first.Tag}: {first.Provenance!.Verification!.Message}");

        var judged = sections.Count(image => image.Provenance!.LastCheckTime is not null);
        var named = $"{Counted.Of(policy.Keys.Count, "key")} and {Counted.Of(policy.Keyless.Count, "identity", "identities")}";
        if (judged == 0) return Is(null, "NothingJudged", $"No image was judged yet by the {named} of {Field}.");
        var verified = sections.Count(image => image.Provenance!.Signed is true);
        return Is(true, "PolicyRead", $"{Counted.Of(judged, "image")} judged by {named}, {verified} verified.");
    }

    private static KindCondition Is(bool? holds, string reason, string message) => new(holds, reason, message) { Type = Type };
}
