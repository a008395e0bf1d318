using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>Why what is attached is not verified, beside what the registry and the verification of a signature say.</summary>
internal static class Problems
{
    public const string MismatchReason = "Mismatch";
    public const string OtherPlatformReason = "OtherPlatform";

    public static readonly ContentProblem InvalidManifest = new(
        "InvalidContent", "Its manifest can't be read, or names nothing that is a signature or a statement.");

    public static readonly ContentProblem Unsigned = new("Unsigned", "It is not signed, so that anyone who may push could have written it.");

    public static readonly ContentProblem Notation = new("UnsupportedSignature", "Signatures by Notation are not verified.");

    public static readonly ContentProblem NotRead = new(
        "NotRead",
        $"More is attached than is looked at: {AttachedLimits.Attachments} attachments, {AttachedLimits.Items} signatures and statements of an image, "
            + $"{AttachedLimits.Lines} in one file.");

    public static readonly ContentProblem NotListed = new("NotRead", "Not all places where something may be attached could be read.");

    public static readonly ContentProblem OtherSubject = new(
        MismatchReason, "It is about another artifact than this image and its platforms, and proves nothing about it.");

    public static readonly ContentProblem NoPolicy = new(
        "NoPolicy", "Nobody says whose signatures count: give keys or identities with spec.provenanceTracking.verification.");

    /// <summary>Of the same image, but of nothing that is scanned.</summary>
    public static ContentProblem OtherPlatform(Platform platform) => new(
        OtherPlatformReason,
        $"It is about the platform {platform} of this image, which is not chosen, and proves nothing about those that are.");

    /// <summary>Of several platforms, one that nothing is about.</summary>
    public static ContentProblem Uncovered(PlatformManifest platform) => new(
        OtherPlatformReason,
        $"Of the platforms of this image, {platform.Platform} ({platform.Digest}) has no verified signature; what is verified is about others.");

    public static ContentProblem Invalid(string message) => new("InvalidContent", message);
}
