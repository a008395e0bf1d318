namespace RegistryOperator.Host.Decisions;

/// <summary>Why an image of a workload has the state that it has.</summary>
/// <param name="Resource"><c>namespace/name</c> of the Registry.</param>
/// <param name="Workload"><c>Kind/namespace/name</c>.</param>
internal sealed record WorkloadExplanation(string Resource, string Workload)
{
    /// <summary>The image as the workload writes it; null where it is not compared.</summary>
    public string? Image { get; init; }

    /// <summary>As <c>status.drift.workloads[].status</c> has it; null where it is not compared.</summary>
    public string? State { get; init; }

    /// <summary>As <c>status.drift.workloads[].recommendation</c> has it.</summary>
    public string? Recommendation { get; init; }

    /// <summary>The decisions, in the order in which they are made.</summary>
    public required IReadOnlyList<DecisionStep> Steps { get; init; }
}
