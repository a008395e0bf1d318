using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Status;
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
        var problem = outcome.Failure is { } failure ? new ScanProblem(failure.Reason, failure.Message) : ProblemOf(outcome.Image, kind);
        return new VerifyResult(target.Image.Text, outcome.Image.Digest, VerifyResults.Of(found))
        {
            Reason = problem?.Reason,
            Message = problem is null ? null : OutsideText.Of(problem.Message, LongestMessage).ToString(),
            Provenance = found,
            Platforms = outcome.Image.PlatformDigests.DistinctBy(one => one.Digest)
                .ToDictionary(one => one.Digest, one => one.Platform, StringComparer.Ordinal),
        };
    }

    private static ScanProblem? ProblemOf(ImageStatus image, IVerifyingKind kind) =>
        ScanProblem.Of(image.Reason, image.Message).Concat(kind.ProblemsOf(image)).FirstOrDefault();
}

/// <summary>The results, and which of them is success.</summary>
internal static class VerifyResults
{
    /// <summary>Something that is attached is verified, and what is expected is met.</summary>
    public const string Verified = nameof(Verified);

    /// <summary>Something is verified, and what is expected is not met.</summary>
    public const string ExpectationsNotMet = nameof(ExpectationsNotMet);

    /// <summary>Nothing that is attached is verified.</summary>
    public const string NotVerified = nameof(NotVerified);

    /// <summary>Nothing is attached.</summary>
    public const string NothingAttached = nameof(NothingAttached);

    /// <summary>The image could not be looked at.</summary>
    public const string Failed = nameof(Failed);

    public static string Of(ImageVerification? found) => found switch
    {
        null => Failed,
        _ when IsVerified(found) => found.Expectations is { Met: false } ? ExpectationsNotMet : Verified,
        { Attestations.Count: 0, Signatures: null or { Found: 0 } } => NothingAttached,
        _ => NotVerified,
    };

    private static bool IsVerified(ImageVerification found) =>
        found.Signed || found.Signatures is { Verified: > 0 } || found.Attestations.Any(attestation => attestation.Verified);
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
