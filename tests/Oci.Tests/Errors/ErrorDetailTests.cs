using System.Text;
using RegistryOperator.Oci.Errors;

namespace RegistryOperator.Oci.Tests.Errors;

public sealed class ErrorDetailTests
{
    [Theory]
    [InlineData("""{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}""", " (NAME_UNKNOWN: repository name not known)")]
    [InlineData("""{"errors":[{"code":"DENIED"}]}""", " (DENIED)")]
    [InlineData("""{"errors":[{"code":7,"message":"line one\nline two"}]}""", " (line one line two)")]
    [InlineData("""{"error":"invalid_grant","error_description":"expired"}""", " (invalid_grant: expired)")]
    [InlineData("""{"details":"incorrect username or password"}""", " (incorrect username or password)")]
    [InlineData("""{"message":"no"}""", " (no)")]
    [InlineData("""{"errors":[]}""", "")]
    [InlineData("""{"errors":"x"}""", "")]
    [InlineData("<html>{not json}</html>", "")]
    [InlineData("[1]", "")]
    [InlineData("", "")]
    public void Parse_BodyOfThisForm_GivesTheRegistrysWords(string body, string expected) =>
        ErrorDetail.Parse(Encoding.UTF8.GetBytes(body)).ToString().ShouldBe(expected);

    [Fact]
    public void Parse_LongMessage_IsCut() =>
        ErrorDetail.Parse(Encoding.UTF8.GetBytes($$"""{"message":"{{new string('x', 5000)}}"}""")).Message.ShouldBe(new string('x', 200) + "…");
}
