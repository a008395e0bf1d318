namespace RegistryOperator.Host.Decisions;

/// <summary>What a rule decided, and by what. Made by the one that decides, in the words of the user's fields.</summary>
/// <param name="Effect">What it means for the image.</param>
/// <param name="Outcome">One CamelCase word, e.g. <c>Excluded</c>.</param>
/// <param name="Sentence">Why.</param>
internal sealed record Decision(DecisionEffect Effect, string Outcome, string Sentence)
{
    /// <summary>The field, setting or stored value that decided, e.g. <c>spec.tagFilter.include</c>; null where none did.</summary>
    public string? Field { get; init; }

    /// <summary>Its value; null where it has none.</summary>
    public string? Value { get; init; }

    /// <summary>True where the resource does not write the field, and its default decided.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Something that speaks for the next step.</summary>
    public static Decision Pass(string outcome, string sentence) => new(DecisionEffect.Passes, outcome, sentence);

    /// <summary>Something that ends the way.</summary>
    public static Decision Stop(string outcome, string sentence) => new(DecisionEffect.Stops, outcome, sentence);

    /// <summary>Something that passes by itself, or that somebody should look at.</summary>
    public static Decision Wait(string outcome, string sentence) => new(DecisionEffect.Waits, outcome, sentence);

    /// <summary>Something that decides nothing.</summary>
    public static Decision Tell(string outcome, string sentence) => new(DecisionEffect.Tells, outcome, sentence);

    /// <summary>The same, with what decided.</summary>
    public Decision By(string field, string? value) => this with { Field = field, Value = value };
}

/// <summary>What a decision means for an image.</summary>
internal enum DecisionEffect
{
    /// <summary>It decides nothing.</summary>
    Tells,

    /// <summary>The way goes on.</summary>
    Passes,

    /// <summary>The way goes on later, or with less.</summary>
    Waits,

    /// <summary>The way ends.</summary>
    Stops,
}

/// <summary>A decision with those that led to it.</summary>
/// <param name="Name">What was decided about, in a word or two, e.g. <c>tag</c>.</param>
/// <param name="Decision">The decision.</param>
internal sealed record DecisionStep(string Name, Decision Decision)
{
    public IReadOnlyList<DecisionStep> Steps { get; init; } = [];

    /// <summary>The stored result that the decision is about; null for none.</summary>
    public ExplainedReport? Report { get; init; }
}
