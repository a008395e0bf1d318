using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageReasonsTests
{
    [Theory]
    [InlineData(RegistryErrorKind.NotFound, ScanReasons.NotFound)]
    [InlineData(RegistryErrorKind.DigestMismatch, ScanReasons.InvalidContent)]
    [InlineData(RegistryErrorKind.Other, ScanReasons.Failed)]
    public void Of_RegistryFailure_IsTheWordOfItsKind(RegistryErrorKind kind, string expected) =>
        ImageReasons.Of(new RegistryException(kind, "Broken.")).ShouldBe(expected);

    [Fact]
    public void Of_OtherExceptions_AreInvalidContentOrFailed()
    {
        ImageReasons.Of(new JsonException("odd")).ShouldBe(ScanReasons.InvalidContent);
        ImageReasons.Of(new InvalidOperationException()).ShouldBe(ScanReasons.Failed);
        ImageReasons.Of(new OperationCanceledException()).ShouldBe(ScanReasons.Failed);
    }

    [Fact]
    public void Sentence_RegistryFailure_IsTheRegistrysOwn() =>
        ImageReasons.Sentence(new RegistryException(RegistryErrorKind.NotFound, "There is none."), "1.0").ShouldBe("There is none.");

    [Fact]
    public void Sentence_DocumentThatCannotBeRead_NamesTheTagOnOneLineWithinBounds()
    {
        var sentence = ImageReasons.Sentence(new JsonException("line one\nline two " + new string('x', 100_000)), "1.0");

        sentence.ShouldStartWith("The manifest or configuration of '1.0' can't be read: line one line two x");
        sentence.Length.ShouldBeLessThan(600);
    }

    [Theory]
    [InlineData("""{"config":[]}""", "the value at $.config is of another type than the specification has there.")]
    [InlineData("""{"config":{"Env":["a"}""", "'}' is invalid without a matching open at $.config.Env.")]
    [InlineData("null", "Expected a JSON object, found null.")]
    public void Sentence_DocumentOfAnotherShape_SaysWhereWithoutTypesOfTheProgram(string document, string expected)
    {
        var failure = Should.Throw<JsonException>(() => OciDocument.ReadImageConfiguration(Encoding.UTF8.GetBytes(document)));

        ImageReasons.Sentence(failure, "1.0").ShouldBe($"The manifest or configuration of '1.0' can't be read: {expected}");
    }

    [Fact]
    public void Sentence_Fault_NamesTheTagAlone()
    {
        var sentence = ImageReasons.Sentence(new InvalidOperationException("password=hunter2"), "1.0");

        sentence.ShouldContain("'1.0'");
        sentence.ShouldNotContain(nameof(InvalidOperationException));
        sentence.ShouldNotContain("hunter2");
    }
}
