using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Explain;

/// <summary>Explanations for people: a tree of steps, each with its outcome, the field and value that decided, and why.</summary>
internal sealed class ExplainTree(Terminal terminal)
{
    /// <summary>Values may be whole patterns and options; <c>-o json</c> has them in full.</summary>
    private const int LongestValue = 240;

    public void Write(IReadOnlyList<ImageExplanation> explanations)
    {
        foreach (var (index, explanation) in explanations.Index())
        {
            if (index > 0) terminal.WriteLine();
            Write(explanation);
        }
    }

    private void Write(ImageExplanation explanation)
    {
        var chosen = explanation.IsChosen switch
        {
            true => new TerminalText("chosen", Tone.Good),
            false => new TerminalText("not chosen", Tone.Bad),
            null => new TerminalText("not known whether it is chosen", Tone.Warning),
        };
        terminal.WriteLine(new TerminalText(explanation.Image, Tone.Strong), $"  of {explanation.Resource}: ", chosen);
        if (explanation.Digest is { } digest) terminal.WriteLine(digest);
        Write(explanation.Steps);
    }

    private void Write(IReadOnlyList<DecisionStep> steps)
    {
        var table = new TextTable("STEP", "OUTCOME", new TableColumn("DECIDED BY") { IsProse = true }, new TableColumn("WHY") { IsProse = true });
        AddSteps(table, steps, indent: "");
        terminal.Write(table);
    }

    public void Write(IReadOnlyList<WorkloadExplanation> explanations)
    {
        foreach (var (index, explanation) in explanations.Index())
        {
            if (index > 0) terminal.WriteLine();
            var state = explanation.State is { } known
                ? new TerminalText($"{known}, {explanation.Recommendation}", ToneOf(explanation.Steps[^1].Decision.Effect))
                : new TerminalText("not compared", Tone.Bad);
            terminal.WriteLine(new TerminalText(explanation.Workload, Tone.Strong), $"  by {explanation.Resource}: ", state);
            if (explanation.Image is { } image) terminal.WriteLine(image);
            Write(explanation.Steps);
        }
    }

    private static void AddSteps(TextTable table, IReadOnlyList<DecisionStep> steps, string indent)
    {
        foreach (var (index, step) in steps.Index())
        {
            var isLast = index == steps.Count - 1;
            var decision = step.Decision;
            // No-break spaces: a cell that wraps would lose its place in the tree.
            var name = $"{indent}{(isLast ? "└─" : "├─")}{step.Name}".Replace(' ', '\u00a0');
            // What decided is told once, where it was decided.
            var isTold = step.Steps.Any(other => other.Decision == decision);
            table.Add(name, new TerminalText(decision.Outcome, ToneOf(decision.Effect)), isTold ? "" : DecidedBy(decision), isTold ? "" : decision.Sentence);
            AddSteps(table, step.Steps, indent + (isLast ? "  " : "│ "));
        }
    }

    private static string DecidedBy(Decision decision)
    {
        if (decision.Field is null) return "";
        var value = OutsideText.Of(decision.Value ?? "", LongestValue).ToString();
        return (value.Length, decision.IsDefault) switch
        {
            (0, true) => $"{decision.Field} (not set)",
            (0, false) => decision.Field,
            (_, true) => $"{decision.Field}: {value} (default)",
            _ => $"{decision.Field}: {value}",
        };
    }

    private static Tone ToneOf(DecisionEffect effect) => effect switch
    {
        DecisionEffect.Passes => Tone.Good,
        DecisionEffect.Waits => Tone.Warning,
        DecisionEffect.Stops => Tone.Bad,
        _ => Tone.Plain,
    };
}
