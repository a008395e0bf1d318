using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>What became of one image.</summary>
/// <param name="Image">As the command line has it.</param>
/// <param name="Digest">What it names; null where that is not known.</param>
/// <param name="Result">One of <see cref="VerifyResults"/>.</param>
internal sealed record VerifyResult(string Image, string? Digest, string Result)
{
    private const int LongestMessage = 1000;

    /// <summary>Why the image could not be looked at.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>Null where it could not be looked at.</summary>
    public ImageVerification? Provenance { get; init; }

    /// <summary>The manifests of its platforms, by digest.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Platforms { get; init; } = new Dictionary<string, string>();

    public static VerifyResult Of(VerifyTarget target, NamedImageOutcome outcome, ScanKinds kinds)
    {
        var kind = kinds.Verifying;
        var found = outcome.Reports.FirstOrDefault(report => report.Key.Kind == kind.Kind) is { } report ? kind.Read(report) : null;
        var problem = ProblemOf(outcome, kind);
        string[] manifests = [.. outcome.Platforms.Select(platform => platform.Digest.ToString())];
        return new VerifyResult(target.Image.Text, outcome.Image.Digest, VerifyResults.Of(found, outcome.Image.Digest, manifests))
        {
            Reason = problem?.Reason,
            Message = problem is null ? null : OutsideText.Of(target.Words.Of(problem.Value.Message), LongestMessage).ToString(),
            Provenance = found is null ? null : InWords(found, target.Words),
            Platforms = outcome.Image.PlatformDigests.DistinctBy(one => one.Digest)
                .ToDictionary(one => one.Digest, one => one.Platform, StringComparer.Ordinal),
        };
    }

    private static ImageVerification InWords(ImageVerification found, OptionWords words) => found with
    {
        Verification = found.Verification is { Message: { } message } verification ? verification with { Message = words.Of(message) } : found.Verification,
        Attestations = [.. found.Attestations.Select(one => one.Message is { } why ? one with { Message = words.Of(why) } : one)],
    };

    // Of a failure the whole message: what to do stands at its end.
    private static (string Reason, string Message)? ProblemOf(NamedImageOutcome outcome, IVerifyingKind kind)
    {
        if (outcome.Failure is { } failure) return (failure.Reason, failure.Message);
        var problem = ScanProblem.Of(outcome.Image.Reason, outcome.Image.Message).Concat(kind.ProblemsOf(outcome.Image)).FirstOrDefault();
        return problem is null ? null : (problem.Reason, problem.Message);
    }
}

/// <summary>The results, and which of them is success.</summary>
internal static class VerifyResults
{
    /// <summary>Of each platform something that is attached to it, or to the image, is verified, and what is expected is met.</summary>
    public const string Verified = nameof(Verified);

    /// <summary>The same, and what is expected is not met.</summary>
    public const string ExpectationsNotMet = nameof(ExpectationsNotMet);

    /// <summary>Nothing that is attached is verified, or nothing that is about one of the platforms.</summary>
    public const string NotVerified = nameof(NotVerified);

    /// <summary>Nothing is attached.</summary>
    public const string NothingAttached = nameof(NothingAttached);

    /// <summary>The image could not be looked at.</summary>
    public const string Failed = nameof(Failed);

    /// <param name="found">What is attached; null where that is not known.</param>
    /// <param name="image">What the name stands for.</param>
    /// <param name="platforms">The manifests of the platforms that were looked at.</param>
    public static string Of(ImageVerification? found, string? image, IReadOnlyList<string> platforms) => found switch
    {
        null => Failed,
        _ when IsVerified(found, image, platforms) => found.Expectations is { Met: false } ? ExpectationsNotMet : Verified,
        { Attestations.Count: 0, Signatures: null or { Found: 0 } } => NothingAttached,
        _ => NotVerified,
    };

    /// <summary>One platform that is vouched for says nothing about what was pushed beside it.</summary>
    private static bool IsVerified(ImageVerification found, string? image, IReadOnlyList<string> platforms)
    {
        AttachedEvidence[] verified = [.. found.Attestations.Where(attestation => attestation.Verified)];
        return found.Signed || (image is not null && verified.Length > 0 && (IsCovered(image) || (platforms.Count > 0 && platforms.All(IsCovered))));

        bool IsCovered(string manifest) => Array.Exists(verified, one => one.IsAbout(manifest));
    }
}

/// <summary>Results for programs: a list always, also of one image.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KubernetesTimeConverter)])]
[JsonSerializable(typeof(IReadOnlyList<VerifyResult>))]
internal sealed partial class VerifyResultJson : JsonSerializerContext
{
    public static JsonNode? Write(IReadOnlyList<VerifyResult> results) => JsonSerializer.SerializeToNode(results, Default.IReadOnlyListVerifyResult);
}
