using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Plugins.Provenance.Attached;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>
/// What all that was judged shows of an image. What is about the image holds for each of its platforms, what is about one platform for that alone: in each
/// respect an image is no better than the weakest of its platforms, since whoever may push can put a platform of his own beside a signed one.
/// </summary>
internal sealed class ImageVerdicts
{
    private readonly PlatformVerdicts _all;
    private readonly PlatformVerdicts[] _each;
    private readonly PlatformVerdicts _weakest;
    private readonly LeftOut? _leftOut;

    /// <param name="image">What the tag names.</param>
    /// <param name="platforms">The platforms that are looked at.</param>
    /// <param name="expectations">What the policy expects.</param>
    /// <param name="verdicts">All that was found.</param>
    /// <param name="leftOut">Why there may be more than that; null where everything was looked at.</param>
    public ImageVerdicts(
        Digest image, IReadOnlyList<PlatformManifest> platforms, ProvenanceExpectations? expectations, IReadOnlyList<Verdict> verdicts, LeftOut? leftOut)
    {
        _leftOut = leftOut;
        _all = PlatformVerdicts.Of(platform: null, verdicts, expectations, leftOut is null);
        _each = platforms.Count <= 1
            ? [_all]
            : [.. platforms.Select(platform => PlatformVerdicts.Of(platform, About(platform), expectations, leftOut is null))];
        _weakest = _each.MinBy(platform => platform.Strength)!;

        Verdict[] About(PlatformManifest platform) =>
            [.. verdicts.Where(verdict => verdict.Subjects.Contains(image) || verdict.Subjects.Contains(platform.Digest))];
    }

    /// <summary>What makes the weakest platform signed; null where one of them is not.</summary>
    public Verdict? Verified => Unsigned is null ? _weakest.Verified : null;

    /// <summary>The provenance that is shown; null for none. Where the weakest platform has none, what another's claims is told.</summary>
    public Verdict? Provenance => _weakest.Provenance ?? _all.Provenance;

    /// <summary>True where each platform has verified provenance.</summary>
    public bool IsProvenanceVerified => Array.TrueForAll(_each, platform => platform.Provenance is { IsVerified: true });

    /// <summary>The lowest level. A platform without provenance beside one that has some earns what a claim earns; where not all was looked at, there may be
    /// some.</summary>
    public int? Level => _each.Min(platform => platform.Provenance?.Level ?? (_all.Provenance is not null ? 1 : _leftOut is null ? 0 : null));

    /// <summary>Whether all platforms meet what is expected; null where nothing is.</summary>
    public ExpectationOutcome? Outcome
    {
        get
        {
            if (_each.Length == 1 || _all.Outcome is null) return _all.Outcome;
            var unmet = _each.SelectMany(platform => platform.Outcome!.Unmet.Select(sentence => (Name: NameOf(platform.Platform!), Sentence: sentence)))
                .GroupBy(one => one.Sentence, one => one.Name)
                .Select(same => same.Count() == _each.Length ? same.Key : $"{string.Join(", ", same)}: {same.Key}");
            return new ExpectationOutcome(Array.TrueForAll(_each, platform => platform.Outcome!.AreMet), [.. unmet]);
        }
    }

    /// <summary>
    /// Why it is not signed; null where nothing says so. First of all that there may be more than is known; then what is wrong with a signature of the platform
    /// that has no verified one; then that not all was read; then that only other platforms have one.
    /// </summary>
    public ContentProblem? Problem
    {
        get
        {
            if (Unsigned is not { } unsigned) return null;
            if (_leftOut is { IsOfTheList: true }) return _leftOut.Problem;
            if (unsigned.Platform is not { } platform || !_all.Verdicts.Any(PlatformVerdicts.IsAboutBuildOrImage))
                return unsigned.TellingProblem ?? _all.TellingProblem ?? _leftOut?.Problem;
            if (unsigned.TellingProblem is { } own) return own with { Message = $"{NameOf(platform)}: {own.Message}" };
            return _leftOut?.Problem ?? Problems.Uncovered(platform);
        }
    }

    private PlatformVerdicts? Unsigned => Array.Find(_each, platform => platform.Verified is null);

    /// <summary>An index may have several entries of one platform.</summary>
    private string NameOf(PlatformManifest platform) => _each.Count(one => one.Platform!.Platform == platform.Platform) == 1
        ? platform.Platform.ToString()
        : $"{platform.Platform} ({platform.Digest.Encoded[..12]})";
}
