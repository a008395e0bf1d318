using RegistryOperator.Abstractions.Drift;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>The contract's values as <c>status.drift</c> writes them.</summary>
internal static class DriftWords
{
    public const string NoAction = "NO_ACTION";

    public const string Unknown = "UNKNOWN";

    public const string Waiting = "WAITING";

    public const string UrgentUpdate = "URGENT_UPDATE";

    public const string Caution = "CAUTION";

    public const string Rebuilt = "rebuilt";

    public const string TagRewritten = "tagRewritten";

    public const string MissingUpstream = "missingUpstream";

    public static string Of(DriftState state) => state switch
    {
        DriftState.Latest => "LATEST",
        DriftState.Outdated => "OUTDATED",
        DriftState.Vulnerable => "VULNERABLE",
        _ => Unknown,
    };

    public static string Of(DriftRecommendation recommendation) => recommendation switch
    {
        DriftRecommendation.UpdateAvailable => "UPDATE_AVAILABLE",
        DriftRecommendation.UpdateRecommended => "UPDATE_RECOMMENDED",
        DriftRecommendation.UrgentUpdate => UrgentUpdate,
        DriftRecommendation.ReviewRequired => "REVIEW_REQUIRED",
        _ => NoAction,
    };

    public static string Of(TagChangeKind kind) => kind switch
    {
        TagChangeKind.Rebuilt => Rebuilt,
        TagChangeKind.TagRewritten => TagRewritten,
        TagChangeKind.MissingUpstream => MissingUpstream,
        _ => "tagMoved",
    };

    public static string Of(UpdateRecommendation recommendation) => recommendation switch
    {
        UpdateRecommendation.Recommended => "RECOMMENDED",
        UpdateRecommendation.UrgentUpdate => UrgentUpdate,
        UpdateRecommendation.Caution => Caution,
        UpdateRecommendation.Waiting => Waiting,
        _ => "AVAILABLE",
    };
}
