using System.Text;
using CsCheck;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Statements;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Statements;

public class StatementTests
{
    private const string Head = """{"_type":"https://in-toto.io/Statement/v1","predicateType":"p","subject":""";

    [Theory]
    [InlineData("""[{"digest":{"sha256":"DIGEST"}}]}""", true)]
    [InlineData("""[{"name":"other","digest":{"sha256":"00"}},{"digest":{"gitCommit":"DIGEST","sha256":"DIGEST"}}]}""", true)]
    [InlineData("""[{"digest":{"sha512":"DIGEST"}}]}""", false)]
    [InlineData("""[{"digest":{"gitCommit":"DIGEST"}}]}""", false)]
    [InlineData("""[{"digest":{"SHA2_256":"DIGEST"}}]}""", false)]
    [InlineData("""[{"name":"DIGEST"}]}""", false)]
    [InlineData("""[{"name":{"digest":{"sha256":"DIGEST"}}}]}""", false)]
    public void IsAbout_Subject_ByItsDigest(string subject, bool expected) => InTotoStatement
        .ReadSigned(Encoding.UTF8.GetBytes(Head + subject.Replace("DIGEST", TestInstance.Digest[7..], StringComparison.Ordinal)))
        .IsAbout(Artifact.OfDigest(TestInstance.Digest)).ShouldBe(expected);

    [Theory]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v2","predicateType":"p","subject":[{}]}""")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{}]}""")]
    [InlineData(Head + "[]}")]
    [InlineData(Head + "{}}")]
    [InlineData(Head + "[{}]} x")]
    [InlineData(Head + """[{}],"subject":[{}]}""")]
    [InlineData(Head + """[{"digest":{},"digest":{}}]}""")]
    [InlineData(Head + """[{"digest":{"sha256":"00","sha256":"00"}}]}""")]
    [InlineData(Head + """[{"digest":{"sha256":5}}]}""")]
    public void Read_WrongStatement_IsRefused(string json) =>
        Should.Throw<RejectedException>(() => InTotoStatement.ReadSigned(Encoding.UTF8.GetBytes(json))).Reason.ShouldBe(VerificationReasons.InvalidStatement);

    [Fact]
    public void Read_TooManySubjectsOrTooDeep_IsRefused()
    {
        Reason(Head + "[" + string.Join(',', Enumerable.Repeat("{}", 1025)) + "]}").ShouldBe(VerificationReasons.TooLarge);
        var digests = string.Join(',', Enumerable.Range(0, 33).Select(number => $"\"a{number}\":\"\""));
        Reason(Head + """[{"digest":{""" + digests + "}}]}").ShouldBe(VerificationReasons.TooLarge);
        Reason(Head + "[{}],\"predicate\":" + new string('[', 1000) + new string(']', 1000) + "}").ShouldBe(VerificationReasons.InvalidStatement);

        // As many as are allowed.
        InTotoStatement.ReadSigned(Encoding.UTF8.GetBytes(Head + "[" + string.Join(',', Enumerable.Repeat("{}", 1024)) + "]}")).PredicateType.ShouldBe("p");
        digests = digests[..digests.LastIndexOf(',')];
        InTotoStatement.ReadSigned(Encoding.UTF8.GetBytes(Head + """[{"digest":{""" + digests + "}}]}")).SubjectDigests.ShouldBeEmpty();

        static string Reason(string json) => Should.Throw<RejectedException>(() => InTotoStatement.ReadSigned(Encoding.UTF8.GetBytes(json))).Reason;
    }

    [Fact]
    public void Read_Unverified_TellsWhatItSaysAndWhyNot()
    {
        var digest = TestInstance.Digest[7..];
        var statement = InTotoStatement.Read(Encoding.UTF8.GetBytes(
            Head + """[{"digest":{"sha1":"00","sha256":"DIGEST","sha512":"00"}}],"predicate": {"a":[1]} }"""
                .Replace("DIGEST", digest, StringComparison.Ordinal)));

        statement.PredicateType.ShouldBe("p");
        statement.SubjectDigests.ShouldBe([TestInstance.Digest]);
        Encoding.UTF8.GetString(statement.Predicate.Span).ShouldBe("""{"a":[1]}""");
        var refused = Should.Throw<SigstoreFormatException>(() => InTotoStatement.Read("[]"u8.ToArray()));
        refused.Message.ShouldStartWith("The in-toto statement has StartArray");
    }

    [Fact]
    public void Read_AnyText_IsReadOrRefused() => Gen.String.Sample(text =>
    {
        try
        {
            InTotoStatement.ReadSigned(Encoding.UTF8.GetBytes(text));
        }
        catch (RejectedException)
        {
            // As it should be.
        }
    });
}
