using System.Text;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ErrorDetailTests
{
    [Theory]
    [InlineData("""{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}""", " (NAME_UNKNOWN: repository name not known)")]
    [InlineData("""{"errors":[{"code":"DENIED"}]}""", " (DENIED)")]
    [InlineData("""{"errors":[{"code":7,"message":"line one\nline two"}]}""", " (line one line two)")]
    [InlineData("""{"error":"invalid_grant","error_description":"expired"}""", " (invalid_grant: expired)")]
    [InlineData("""{"details":"incorrect username or password"}""", " (incorrect username or password)")]
    [InlineData("""{"message":"no"}""", " (no)")]
    [InlineData("""{"errors":["x",7,{"code":"A","message":"a"},{"code":"B"}]}""", " (A: a)")]
    [InlineData("""{"errors":[{"message":"no code"}]}""", " (no code)")]
    [InlineData("""{"errors":[{}]}""", "")]
    [InlineData("""{"errors":[],"message":"beside it"}""", " (beside it)")]
    [InlineData("""{"error":"a","error_description":"b","message":"c","details":"d"}""", " (a: b)")]
    [InlineData("""{"message":"c","details":"d"}""", " (c)")]
    [InlineData("""{"details":{"x":1}}""", "")]
    [InlineData("""{"message":"  "}""", "")]
    [InlineData("""{"message":" a\u001b[31mb\tc "}""", " (a\uFFFD[31mb c)")]
    [InlineData("""{"message":"first"} {"message":"second"}""", " (first)")]
    [InlineData("""{"errors":[]}""", "")]
    [InlineData("""{"errors":"x"}""", "")]
    [InlineData("<html>{not json}</html>", "")]
    [InlineData("[1]", "")]
    [InlineData("", "")]
    public void Parse_BodyOfThisForm_GivesTheRegistrysWords(string body, string expected) =>
        ErrorDetail.Parse(Encoding.UTF8.GetBytes(body)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    [InlineData(5000, true)]
    public void Parse_MessageOfThisLength_IsCutToALimit(int length, bool isCut) =>
        ErrorDetail.Parse(Encoding.UTF8.GetBytes($$"""{"message":"{{new string('x', length)}}"}""")).Message
            .ShouldBe(isCut ? new string('x', 199) + "…" : new string('x', 200));
}
