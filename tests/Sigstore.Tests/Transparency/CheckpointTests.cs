using System.Text.Json.Nodes;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Transparency;

public class CheckpointTests
{
    /// <summary>Four bytes of the key's identifier, eight of the time, 64 of the signature.</summary>
    private static readonly string Witness = $"\u2014 witness.test {TestInstance.Base64(new byte[76])}";

    private readonly TestInstance _instance = new();

    [Theory]
    [InlineData("hashedrekord 0.0.1")]
    [InlineData("hashedrekord 0.0.2")]
    public void Verify_CheckpointWithSignaturesOfOthers_LooksForTheLogsOwn(string entry)
    {
        Verify(entry, (log, head) => log.Checkpoint(head, others: Witness)).ShouldBeNull();
        Verify(entry, (log, head) => log.Checkpoint(head) + Witness + "\n").ShouldBeNull();
        Verify(entry, (log, head) => log.Checkpoint(head) + $"\u2014 {log.Host} AAAAAQAAAAA=\n").ShouldBeNull();
        Verify(entry, (log, head) => log.Checkpoint(head + "an extension line\n")).ShouldBeNull();
        // Four bytes of the key's identifier and one of the signature.
        Verify(entry, (log, head) => log.Checkpoint(head, others: "\u2014 short.test AAAAAAA=")).ShouldBeNull();
        Verify(entry, (log, head) => log.Checkpoint(head, others: "\u2014 short.test AAAAAA==")).ShouldBe(VerificationReasons.CheckpointMalformed);
    }

    [Theory]
    [InlineData("hashedrekord 0.0.1")]
    [InlineData("hashedrekord 0.0.2")]
    public void Verify_CheckpointWithAWrongPart_HasAReasonOfItsOwn(string entry)
    {
        Verify(entry, (log, head) => log.Checkpoint(Lines(head, 1, 2))).ShouldBe(VerificationReasons.CheckpointOriginMissing);
        Verify(entry, (log, head) => log.Checkpoint("\n" + Lines(head, 1, 2))).ShouldBe(VerificationReasons.CheckpointOriginMissing);
        Verify(entry, (log, head) => log.Checkpoint("5\n")).ShouldBe(VerificationReasons.CheckpointSizeMissing);
        Verify(entry, (log, head) => log.Checkpoint(Lines(head, 0, 2))).ShouldBe(VerificationReasons.CheckpointSizeMissing);
        Verify(entry, (log, head) => log.Checkpoint(Lines(head, 0, 1))).ShouldBe(VerificationReasons.CheckpointMalformed);
        Verify(entry, (log, head) => log.Checkpoint(head).Replace("\n\n", "\n")).ShouldBe(VerificationReasons.CheckpointMalformed);
        Verify(entry, (log, head) => log.Checkpoint(head).TrimEnd('\n')).ShouldBe(VerificationReasons.CheckpointMalformed);
        Verify(entry, (log, head) => head + "\n").ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => head + "\n" + Witness + "\n").ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => log.Checkpoint(head, name: "other.test")).ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => log.Checkpoint("other.test\n" + Lines(head, 1, 2))).ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => log.Checkpoint("other.test\n" + Lines(head, 1, 2), name: "other.test")).ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => log.Checkpoint(head).Replace(Lines(head, 2), Lines(head, 2) + "x\n"))
            .ShouldBe(VerificationReasons.CheckpointSignatureInvalid);
        Verify(entry, (log, head) => WithAnotherKeyId(log.Checkpoint(head))).ShouldBe(VerificationReasons.CheckpointNotFromLog);
        Verify(entry, (log, head) => log.Checkpoint(log.Head(3))).ShouldBe(VerificationReasons.CheckpointRootMismatch);
        Verify(entry, (log, head) => log.Checkpoint(Lines(head, 0) + "8\n" + Lines(head, 2))).ShouldBe(VerificationReasons.CheckpointRootMismatch);
        Verify(entry, (log, head) => log.Checkpoint(head) + "no signature line\n").ShouldBe(VerificationReasons.CheckpointMalformed);
        Verify(entry, (log, head) => new string('a', 100_000)).ShouldBe(VerificationReasons.TooLarge);
    }

    /// <summary>Private instances of Rekor v1 call themselves by the name of their machine.</summary>
    [Fact]
    public void Verify_CheckpointOfRekor1UnderAnotherName_IsToldByItsKey() => Verify(
        "hashedrekord 0.0.1", (log, head) => log.Checkpoint("rekor-7f9d - 4711\n" + Lines(head, 1, 2), name: "rekor-7f9d")).ShouldBeNull();

    [Theory]
    [InlineData("http://log2026-1.rekor.test:3003/api")]
    [InlineData("log2026-1.rekor.test")]
    public void Verify_CheckpointOfRekor2_IsOfTheHostOfTheLogsUrl(string url)
    {
        var root = _instance.Root();
        root["tlogs"]![1]!["baseUrl"] = url;

        _instance.Verify(_instance.Sign(new Recipe { Entry = "hashedrekord 0.0.2", StampedAt = TestInstance.Now }), root: root).Message.ShouldBeNull();
    }

    private static string WithAnotherKeyId(string note)
    {
        var start = note.LastIndexOf(' ') + 1;
        var signature = Convert.FromBase64String(note[start..].TrimEnd());
        signature[0] ^= 1;
        return note[..start] + TestInstance.Base64(signature) + "\n";
    }

    private static string Lines(string head, params int[] numbers) => string.Concat(numbers.Select(number => head.Split('\n')[number] + "\n"));

    private string? Verify(string entry, Func<TestLog, string, string> checkpoint)
    {
        var bundle = _instance.Sign(new Recipe { Entry = entry, StampedAt = TestInstance.Now });
        var log = entry.EndsWith('2') ? _instance.Rekor2 : _instance.Rekor1;
        var proof = bundle["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!;
        proof["checkpoint"] = new JsonObject { ["envelope"] = checkpoint(log, log.Head(int.Parse(proof["treeSize"]!.GetValue<string>()))) };
        return _instance.Verify(bundle).Reason;
    }
}
