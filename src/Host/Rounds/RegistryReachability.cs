using System.Globalization;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Oci.Client;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// What the condition <c>RegistryReachable</c> says: whether the registry lets itself be read, why not, what is left of its allowance, and when reading
/// goes on. Absent where there is nothing to say.
/// </summary>
internal static class RegistryReachability
{
    public const string ConditionType = "RegistryReachable";

    public const string WithinAllowance = nameof(WithinAllowance);

    /// <summary>The condition after a round.</summary>
    /// <param name="failure">Why the round failed; null after success.</param>
    /// <param name="client">The client that read; null where none was made.</param>
    /// <param name="now">The time.</param>
    public static KindCondition? Of(RoundFailure? failure, IRegistryClient? client, DateTimeOffset now)
    {
        var limits = (client as IRegistryLimits)?.Limits;
        var pause = Longer(limits?.Pause, failure?.Reason is ScanReasons.RateLimited ? failure.RetryAfter : null);
        var allowance = Allowance(limits);
        if (failure?.Reason is ScanReasons.RateLimited or ScanReasons.RegistryUnavailable or ScanReasons.TimedOut)
            return Condition(holds: false, failure.Reason, failure.Message, allowance, GoesOn(pause, now));
        if (pause > TimeSpan.Zero)
        {
            var cause = limits?.Remaining is 0 ? null : "The registry asked for a pause.";
            return Condition(holds: false, ScanReasons.RateLimited, cause, allowance, GoesOn(pause, now));
        }

        return allowance is null ? null : Condition(holds: true, WithinAllowance, allowance);
    }

    /// <summary>What the condition says beside why the round failed, which the status says already: the allowance, and when reading goes on.</summary>
    /// <param name="told">The condition's message.</param>
    /// <param name="failure">The status' message.</param>
    /// <returns>Null where it says nothing else.</returns>
    public static string? Beside(string? told, string? failure)
    {
        if (string.IsNullOrEmpty(told)) return null;
        if (string.IsNullOrEmpty(failure)) return told;
        var said = Sentence(failure);
        if (told == said) return null;
        return told.StartsWith(said + " ", StringComparison.Ordinal) ? told[(said.Length + 1)..] : told;
    }

    private static KindCondition Condition(bool holds, string reason, params IEnumerable<string?> sentences) =>
        new(holds, reason, string.Join(' ', sentences.OfType<string>().Select(Sentence))) { Type = ConditionType };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static TimeSpan Longer(TimeSpan? one, TimeSpan? other) => TimeSpan.FromTicks(Math.Max(one?.Ticks ?? 0, other?.Ticks ?? 0));

    private static string? Allowance(RegistryLimits? limits) => limits switch
    {
        { Remaining: { } left, Limit: { } limit, Window: { } window } => $"{left} of the {limit} manifests that may be read in {Span(window)} are left",
        { Remaining: { } left, Window: { } window } => $"{left} more manifests may be read in {Span(window)}",
        _ => null,
    };

    private static string? GoesOn(TimeSpan pause, DateTimeOffset now) => pause <= TimeSpan.Zero
        ? null
        : $"Reading goes on at {(now + pause).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";

    private static string Span(TimeSpan window) => window >= TimeSpan.FromHours(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalHours:0.#} h")
        : string.Create(CultureInfo.InvariantCulture, $"{window.TotalMinutes:0.#} min");
}
