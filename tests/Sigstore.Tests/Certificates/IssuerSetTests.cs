using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Certificates;

public class IssuerSetTests
{
    private static readonly DateTimeOffset End = TestInstance.Now.AddYears(1);

    [Theory]
    [InlineData(true, 0, "sign", "1.3.6.1.5.5.7.3.3", false, true)]
    [InlineData(true, -1, "sign", "", false, true)]
    [InlineData(true, 0, "sign", "2.5.29.37.0", false, true)]
    [InlineData(true, 0, "none", "", false, true)]
    [InlineData(false, -1, "sign", "", false, false)]
    [InlineData(true, 0, "digital", "", false, false)]
    [InlineData(true, 0, "sign", "1.3.6.1.5.5.7.3.8", false, false)]
    [InlineData(true, 0, "sign", "", true, false)]
    public void CheckPath_Intermediate_MayIssueForTheUse(bool isAuthority, int length, string usage, string extended, bool isOdd, bool expected)
    {
        var root = new Party("root");
        var intermediate = new Party("intermediate", root, Authority(isAuthority, length), Usage(usage), Extended(extended), isOdd ? Odd() : null);
        var leaf = new Party("leaf", intermediate);

        Accepts([intermediate, root], leaf).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void CheckPath_LengthOfTheRoot_CountsIntermediates(int length, bool expected)
    {
        var root = new Party("root", issuer: null, Authority(isAuthority: true, length));
        var intermediate = new Party("intermediate", root, Authority(isAuthority: true, length: 0));

        Accepts([intermediate, root], new Party("leaf", intermediate)).ShouldBe(expected);
        Accepts([root], new Party("leaf", root)).ShouldBeTrue();
    }

    [Fact]
    public void FindPath_AnchorThatIsAnIntermediate_IsEnough()
    {
        var root = new Party("root");
        var intermediate = new Party("intermediate", root, Authority(isAuthority: true, length: 0));

        Accepts([intermediate], new Party("leaf", intermediate)).ShouldBeTrue();
    }

    [Fact]
    public void FindPath_IssuerOfTheSameNameWithAnotherKey_IsNotTaken()
    {
        var root = new Party("root");
        var first = new Party("intermediate", root, Authority(isAuthority: true, length: 0));
        var second = new Party("intermediate", root, Authority(isAuthority: true, length: 0));

        Accepts([first, root], new Party("leaf", second)).ShouldBeFalse();
        Accepts([first, second, root], new Party("leaf", second)).ShouldBeTrue();
    }

    [Fact]
    public void FindPath_IssuerOfTheSameNameWithAKeyThatIsNotSupported_HidesNoOther()
    {
        var root = new Party("root");
        var decoy = new Party("intermediate", root, ECCurve.CreateFromValue("1.3.132.0.10"), Authority(isAuthority: true, length: 0));
        var intermediate = new Party("intermediate", root, Authority(isAuthority: true, length: 0));

        Accepts([decoy, intermediate, root], new Party("leaf", intermediate)).ShouldBeTrue();
        Accepts([decoy, root], new Party("leaf", decoy)).ShouldBeFalse();
    }

    /// <summary>Of Go's and OpenSSL's opinion: an anchor need not say that it is an authority, but must not say that it is none.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void CheckPath_AnchorThatSaysWhetherItIsAnAuthority_IsBelieved(bool isAuthority, bool expected)
    {
        var root = new Party("root", issuer: null, Authority(isAuthority, length: -1));

        Accepts([root], new Party("leaf", root)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CheckPath_IssuerThatIsBoundToNames_IsRefused(bool isCritical)
    {
        // permittedSubtrees: URIs of forge.test
        byte[] names = [0x30, 0x10, 0xA0, 0x0E, 0x30, 0x0C, 0x86, 0x0A, .. "forge.test"u8];
        var root = new Party("root");
        var intermediate = new Party("intermediate", root, Authority(isAuthority: true, length: 0), new X509Extension("2.5.29.30", names, isCritical));

        Accepts([intermediate, root], new Party("leaf", intermediate)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2.5.29.19", "30030101FF00")]
    [InlineData("2.5.29.14", "0401AA00")]
    [InlineData("2.5.29.37", "300A06082B060105050703030500")]
    [InlineData("2.5.29.35", "3003800101FF")]
    public void Read_ExtensionWithMoreBehindIt_IsRefused(string oid, string hex)
    {
        var party = new Party("odd", issuer: null, new X509Extension(oid, Convert.FromHexString(hex), critical: false));

        Should.Throw<RejectedException>(party.Read).Reason.ShouldBe(VerificationReasons.InvalidBundle);
    }

    [Fact]
    public void FindPath_IntermediateThatTheAnchorDidNotSign_IsNotTaken()
    {
        var intermediate = new Party("intermediate", new Party("root"), Authority(isAuthority: true, length: 0));

        Accepts([intermediate, new Party("root")], new Party("leaf", intermediate)).ShouldBeFalse();
    }

    [Fact]
    public void FindPath_IssuersThatIssuedEachOther_EndsWithoutAPath()
    {
        var (first, second) = (new Party("a"), new Party("b"));
        var crossed = new Party("a", second, Authority(isAuthority: true, length: -1));
        var back = new Party("b", first, Authority(isAuthority: true, length: -1));

        Accepts([crossed, back, new Party("root")], new Party("leaf", crossed)).ShouldBeFalse();
    }

    private static bool Accepts(Party[] authority, Party leaf)
    {
        var set = new IssuerSet([.. authority.Select(one => one.Read())]);
        if (set.FindPath(leaf.Read()) is not { } path) return false;
        try
        {
            IssuerSet.CheckPath(path, CertificateExtensions.CodeSigning);
            return true;
        }
        catch (RejectedException refused)
        {
            refused.Reason.ShouldBe(VerificationReasons.UntrustedCertificate);
            return false;
        }
    }

    private static X509BasicConstraintsExtension Authority(bool isAuthority, int length) => new(isAuthority, length >= 0, Math.Max(length, 0), critical: true);

    private static X509Extension? Usage(string usage) => usage switch
    {
        "sign" => new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true),
        "digital" => new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
        _ => null,
    };

    private static X509Extension? Extended(string oid) => oid.Length > 0 ? new X509EnhancedKeyUsageExtension([new Oid(oid)], critical: false) : null;

    private static X509Extension Odd() => new("1.2.3.4.5", [5, 0], critical: true);

    private sealed class Party
    {
        private readonly X509Certificate2 _certificate;
        private readonly ECDsa _key;

        public Party(string name, Party? issuer = null, params X509Extension?[] extensions)
            : this(name, issuer, ECCurve.NamedCurves.nistP256, extensions)
        {
        }

        public Party(string name, Party? issuer, ECCurve curve, params X509Extension?[] extensions)
        {
            _key = ECDsa.Create(curve);
            var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
            foreach (var extension in extensions.OfType<X509Extension>()) request.CertificateExtensions.Add(extension);
            _certificate = issuer is null
                ? request.CreateSelfSigned(TestAuthority.Start, End)
                : request.Create(
                    issuer._certificate.SubjectName,
                    X509SignatureGenerator.CreateForECDsa(issuer._key),
                    TestAuthority.Start,
                    End,
                    RandomNumberGenerator.GetBytes(8));
        }

        public Certificate Read() => CertificateReader.Read(_certificate.RawData, "The certificate");
    }
}
