using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>Why there may be signatures and provenance beyond what was judged: then nothing is said to have none.</summary>
/// <param name="Problem">The first reason.</param>
/// <param name="IsOfTheList">True where attachments are not even known, rather than known and not read.</param>
internal sealed record LeftOut(ContentProblem Problem, bool IsOfTheList)
{
    /// <summary>Null where everything was looked at.</summary>
    public static LeftOut? Of(IReadOnlyList<Verdict> verdicts, Listing listing)
    {
        if (!listing.IsComplete) return new LeftOut(listing.Problem ?? Problems.NotListed, IsOfTheList: true);
        var unread = verdicts.Select(verdict => verdict.Evidence).FirstOrDefault(MayBeAny);
        return unread?.Problem is { } problem ? new LeftOut(problem, IsOfTheList: problem == Problems.NotRead) : null;
    }

    private static bool MayBeAny(Evidence evidence) =>
        evidence is { IsUnread: true, Type: AttestationTypes.Signature or AttestationTypes.Provenance or AttestationTypes.Attestation };
}
