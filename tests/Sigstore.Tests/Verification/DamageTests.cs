using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;
using RegistryOperator.Sigstore.Timestamps;
using RegistryOperator.Sigstore.Transparency;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Verification;

/// <summary>
/// One bit, or one piece, of a part that verifies is changed: the part is refused with a reason, or, where the bit is in nothing that is signed, means the
/// same. Nothing else is ever thrown.
/// </summary>
public class DamageTests
{
    private const int Times = 400;

    private static readonly TestInstance Instance = new();
    private static readonly TrustedRoot Root = TestInstance.Read(Instance.Root());
    private static readonly byte[] Leaf = IssueLeaf();
    private static readonly Gen<Func<byte[], byte[]>> Damages = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 7], Gen.Int[0, 5], Gen.Byte).Select(Damage);

    private static Certificate Intermediate { get; } = CertificateReader.Read(Instance.Authority.Chain[0], "The issuer");

    [Fact]
    public void Certificate_Damaged_IsNeverSignedByItsIssuer()
    {
        CertificateReader.Read(Leaf, "The certificate").IsSignedBy(Intermediate).ShouldBeTrue();

        Damages.Sample(damage => IsRefused(() =>
        {
            var damaged = damage(Leaf);
            // A piece that was put back in its place is no damage.
            return !damaged.AsSpan().SequenceEqual(Leaf) && CertificateReader.Read(damaged, "The certificate").IsSignedBy(Intermediate);
        }), iter: Times);
    }

    [Fact]
    public void CertificateTimestamp_Damaged_IsNeverSignedByTheLogUnlessItMeansTheSame()
    {
        var leaf = CertificateReader.Read(Leaf, "The certificate");
        var whole = CertificateTimestamp.Read(leaf, Intermediate).ShouldHaveSingleItem();
        IsSigned(whole).ShouldBeTrue();
        var list = leaf.Extensions.Value(CertificateExtensions.CertificateTimestamps)!;
        var start = Leaf.AsSpan().IndexOf(list);

        Damages.Sample(damage => IsRefused(() =>
        {
            var damaged = damage(list);
            if (damaged.Length != list.Length) return false;
            var certificate = CertificateReader.Read([.. Leaf[..start], .. damaged, .. Leaf[(start + list.Length)..]], "The certificate");
            return CertificateTimestamp.Read(certificate, Intermediate).Any(one => IsSigned(one) && one.Time != whole.Time);
        }), iter: Times);

        static bool IsSigned(CertificateTimestamp sct) => Root.CertificateLogs[0].Id.AsSpan().SequenceEqual(sct.LogId)
            && Root.CertificateLogs[0].Key.Verifies(sct.SignedData, sct.Signature, HashAlgorithmName.SHA256);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Timestamp_Damaged_NeverTellsAnotherTime(bool embeds)
    {
        var verifier = new TimestampVerifier(Root);
        byte[] signature = [1, 2, 3];
        var response = Instance.Timestamps.Stamp(signature, TestInstance.Now, embeds);
        verifier.Verify(response, signature)!.Time.ShouldBe(TestInstance.Now);

        Damages.Sample(damage => IsRefused(() => verifier.Verify(damage(response), signature) is { } told && told.Time != TestInstance.Now), iter: Times);
        Damages.Sample(
            damage => IsRefused(() => verifier.Verify(response, damage(signature)) is not null && !damage(signature).SequenceEqual(signature)), iter: 20);
    }

    [Theory]
    [InlineData("hashedrekord 0.0.1")]
    [InlineData("hashedrekord 0.0.2")]
    public void Checkpoint_Damaged_NeverTellsAnotherTree(string kind)
    {
        var (entry, log) = Logged(kind);
        var note = Encoding.UTF8.GetBytes(entry.Proof!.Checkpoint!);
        var whole = Checkpoint.Read(entry.Proof.Checkpoint);
        whole.CheckSignature(log);

        Damages.Sample(damage => IsRefused(() =>
        {
            var read = Checkpoint.Read(Encoding.UTF8.GetString(damage(note)));
            read.CheckSignature(log);
            return read.Size != whole.Size || !read.RootHash.AsSpan().SequenceEqual(whole.RootHash) || read.Origin != whole.Origin;
        }), iter: Times);
    }

    [Theory]
    [InlineData("hashedrekord 0.0.1")]
    [InlineData("hashedrekord 0.0.2")]
    public void Entry_Damaged_IsNeverInTheTreeNorPromised(string kind)
    {
        var (entry, log) = Logged(kind);
        var proof = entry.Proof!;
        EntryProof.CheckInclusion(entry, proof, log);
        if (entry.Promise is not null) EntryProof.CheckPromise(entry, entry.Promise, log);

        Damages.Sample(damage =>
        {
            var body = entry with { Body = damage(entry.Body) };
            if (body.Body.AsSpan().SequenceEqual(entry.Body)) return true;
            byte[][] hashes = [damage(proof.Hashes[0]), .. proof.Hashes.Skip(1)];
            return IsRefused(() => Holds(() => EntryProof.CheckInclusion(body, proof, log)))
                && IsRefused(() => Holds(() => EntryProof.CheckInclusion(
                    entry, proof with { Hashes = hashes }, log)) && !hashes[0].AsSpan().SequenceEqual(proof.Hashes[0]))
                && (entry.Promise is null || IsRefused(() => Holds(() => EntryProof.CheckPromise(body, entry.Promise, log))));
        }, iter: Times);
    }

    [Fact]
    public void RootOf_AnyNumbers_NeverThrowsAndTakesOneLengthOfPathAlone() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Int[0, 64]).Sample((index, size, length) =>
        {
            byte[][] path = [.. Enumerable.Repeat(new byte[32], length)];
            var root = MerkleTree.RootOf(new byte[32], index, size, path);
            if (root is null) return true;
            return index >= 0 && index < size && MerkleTree.RootOf(new byte[32], index, size, [.. path, new byte[32]]) is null
                && (length == 0 || MerkleTree.RootOf(new byte[32], index, size, path[1..]) is null);
        });

    [Fact]
    public void TrustedRootAndKey_Damaged_AreReadOrRefused()
    {
        var root = Encoding.UTF8.GetBytes(Instance.Root().ToJsonString());
        var pem = TestKey.Ecdsa().Pem;

        Damages.Sample(damage => IsRefused(() => TrustedRoot.Read(damage(root)) is null), iter: Times);
        Damages.Sample(
            damage => IsRefused(() => VerificationKey.ReadPem(Encoding.Latin1.GetString(damage(Encoding.ASCII.GetBytes(pem)))) is null), iter: Times);
    }

    private static bool Holds(Action check)
    {
        check();
        return true;
    }

    /// <summary>True where what must not be is not, or was refused in one of the two ways.</summary>
    private static bool IsRefused(Func<bool> isWrong)
    {
        try
        {
            return !isWrong();
        }
        catch (Exception refused) when (refused is RejectedException or SigstoreFormatException)
        {
            return refused.Message.Length > 0;
        }
    }

    private static Func<byte[], byte[]> Damage(int place, int bit, int kind, byte value) => bytes =>
    {
        var at = place % bytes.Length;
        var end = Math.Min(at + 1 + (value % 16), bytes.Length);
        return kind switch
        {
            0 => [.. bytes[..at], .. bytes[end..]],
            1 => [.. bytes[..end], .. bytes[at..]],
            2 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << bit)), .. bytes[(at + 1)..]],
        };
    };

    private static byte[] IssueLeaf() => Instance.Authority.Issue(
        TestKey.Ecdsa().Algorithm!, new CertificateOrder { Timestamps = (body, issuer) => Instance.CertificateLog.Promise(body, issuer, [1, 2]) });

    private static (LogEntry Entry, TrustedLog Log) Logged(string kind)
    {
        var bundle = Instance.Sign(new Recipe { Entry = kind, StampedAt = TestInstance.Now });
        var read = SigstoreBundle.Read(Encoding.UTF8.GetBytes(((JsonNode)bundle).ToJsonString())).Content.Entries[0];
        return (read, Root.Logs.Single(log => log.Id.AsSpan().SequenceEqual(read.LogId)));
    }
}
