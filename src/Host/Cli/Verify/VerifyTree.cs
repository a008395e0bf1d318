using System.Globalization;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>Results for people: for each image a tree of what is attached where, then what it proves.</summary>
internal sealed class VerifyTree(Terminal terminal)
{
    private static readonly string[] NothingWrong = [SignatureReasons.NoPolicy, SignatureReasons.Unsigned];

    public void Write(IReadOnlyList<VerifyResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            if (i > 0) terminal.WriteLine();
            Write(results[i]);
        }
    }

    private void Write(VerifyResult result)
    {
        terminal.WriteLine(new TerminalText(result.Image, Tone.Strong), result.Digest is { } digest && !result.Image.EndsWith(digest, StringComparison.Ordinal)
            ? $"  {digest}"
            : "");
        if (result.Provenance is { } found) Write(result, found);
        if (result.Reason is { } reason) WriteField("reason", new TerminalText($"{reason}: {result.Message}", Tone.Bad));
        WriteField("result", ToText(result.Result));
        if (result.Provenance is { } looked && looked.Attestations.Any(attestation => attestation.Reason == SignatureReasons.NoPolicy))
            WriteField("", "Give --key, --identity with --issuer, or --policy to verify it.");
    }

    private void Write(VerifyResult result, ImageVerification found)
    {
        var places = found.Attestations.GroupBy(attestation => attestation.Source).ToArray();
        if (places.Length == 0) terminal.WriteLine("└─ nothing is attached");
        foreach (var (index, place) in places.Index())
        {
            var isLast = index == places.Length - 1;
            terminal.WriteLine(isLast ? "└─ " : "├─ ", Place(place.Key));
            Write(result, [.. place], isLast ? "   " : "│  ");
        }

        if (found.LeftOut is { } more) WriteField("not shown", Counted.Of(more, "attestation"));
        WriteSummary(found);
    }

    private void Write(VerifyResult result, IReadOnlyList<AttachedEvidence> attached, string indent)
    {
        foreach (var (index, one) in attached.Index())
        {
            var isLast = index == attached.Count - 1;
            var below = indent + (isLast ? "      " : "│     ");
            terminal.WriteLine(indent, isLast ? "└─ " : "├─ ", $"{one.Type}: ", Verdict(one));
            if (one.PredicateType is { } predicate) terminal.WriteLine(below, "predicate  ", predicate);
            terminal.WriteLine(below, "manifest   ", one.Digest);
            terminal.WriteLine(below, "about      ", Subject(one, result));
            if (one.Message is { } message) terminal.WriteLine(below, "why        ", message);
        }
    }

    private void WriteSummary(ImageVerification found)
    {
        if (found.Signatures is { } counts) WriteField("verified", $"{counts.Verified} of {Counted.Of(counts.Found, "signature")}");
        if (found.Verification is { Method: not null } verification) WriteField("signed by", Signer(verification));
        if (found is { Signed: false, Verification: { Reason: { } reason, Message: var why } })
        {
            var tone = NothingWrong.Contains(reason) ? Tone.Warning : Tone.Bad;
            WriteField(reason == SignatureReasons.Unsigned ? "not signed" : "unverified", new TerminalText($"{reason}: {why}", tone));
        }

        WriteField("SLSA level", Levels(found));
        if (found.Builder is { } builder) WriteField("builder", Told(builder, found));
        if (found.BuildType is { } buildType) WriteField("build type", Told(buildType, found));
        if (found.SourceRepo is { } source) WriteField("source", Told(found.SourceCommit is { } commit ? $"{source}@{commit}" : source, found));
        if (found.Expectations is not { } expectations) return;
        WriteField("expected", expectations.Met ? new TerminalText("met", Tone.Good) : new TerminalText("not met", Tone.Bad));
        foreach (var unmet in expectations.Unmet) WriteField("", unmet);
    }

    /// <summary>An image may be signed, and its provenance written by whoever else may push.</summary>
    private static string Told(string what, ImageVerification found) => found.ProvenanceVerified ? what : $"{what} (claimed)";

    private void WriteField(string name, TerminalText value) => terminal.WriteLine($"{name,-11}", value);

    private static TerminalText Verdict(AttachedEvidence one)
    {
        if (one.Verified) return new TerminalText("verified", Tone.Good);
        return new TerminalText($"not verified ({one.Reason ?? "no reason is given"})", NothingWrong.Contains(one.Reason) ? Tone.Warning : Tone.Bad);
    }

    private static string Place(string source) => source switch
    {
        nameof(AttachmentSource.ReferrersApi) => "referrers (API)",
        nameof(AttachmentSource.FallbackTag) => "referrers (fallback tag)",
        nameof(AttachmentSource.CosignTag) => "cosign's tags",
        nameof(AttachmentSource.IndexEntry) => "entries of the index",
        _ => source,
    };

    private static string Subject(AttachedEvidence one, VerifyResult result)
    {
        if (one.Subject is not { } subject) return "another artifact, or none that it names";
        return string.Join("; ", (one.Subjects ?? [subject]).Select(each => Named(each, result)));
    }

    private static string Named(string subject, VerifyResult result)
    {
        if (subject == result.Digest) return $"the image, {subject}";
        return result.Platforms.TryGetValue(subject, out var platform) ? $"{platform}, {subject}" : subject;
    }

    private static string Signer(VerificationStatus verification)
    {
        var who = verification.Key is { } key ? $"the key {key}" : $"{verification.Identity}, told by {verification.Issuer}";
        return verification.LoggedAt is { } time ? $"{who}, at {UtcText.ToSecond(time)}" : who;
    }

    private static string Levels(ImageVerification found)
    {
        var earned = found.SlsaLevel?.ToString(CultureInfo.InvariantCulture) ?? "not known: not all places could be read";
        return found.ClaimedSlsaLevel is { } claimed && claimed != found.SlsaLevel ? $"{earned} (it claims {claimed})" : earned;
    }

    private static TerminalText ToText(string result) => result switch
    {
        VerifyResults.Verified => new TerminalText("verified", Tone.Good),
        VerifyResults.ExpectationsNotMet => new TerminalText("verified, but not what is expected", Tone.Bad),
        VerifyResults.NothingAttached => new TerminalText("nothing to verify", Tone.Bad),
        VerifyResults.Failed => new TerminalText("not looked at", Tone.Bad),
        _ => new TerminalText("not verified", Tone.Bad),
    };
}
