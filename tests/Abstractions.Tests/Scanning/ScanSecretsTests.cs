using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;

namespace RegistryOperator.Abstractions.Tests.Scanning;

public class ScanSecretsTests
{
    private static readonly SecretKeyReference Token = new() { Name = "scanner", Key = "token" };

    [Fact]
    public void Get_Reference_FindsItByItsParts()
    {
        var secrets = Holding([1, 2, 0]);

        secrets.Get(new SecretKeyReference { Name = "scanner", Key = "token" }).ToArray().ShouldBe([1, 2, 0]);
        secrets.Contains(Token).ShouldBeTrue();
        secrets.Contains(Token with { Key = "Token" }).ShouldBeFalse();
    }

    [Fact]
    public void Get_WhatIsNotThere_SaysWhichAndWhatToDo()
    {
        var error = Should.Throw<ScanException>(() => ScanSecrets.None.Get(Token));

        error.Reason.ShouldBe(ScanReasons.Unauthorized);
        error.Message.ShouldBe("There is no key 'token' of Secret 'scanner': make it in the resource's namespace, or correct the scanner's options.");
        Should.Throw<ScanException>(() => ScanSecrets.None.GetText(Token)).Message.ShouldBe(error.Message);
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abc\n", "abc")]
    [InlineData("abc\r\n", "abc")]
    [InlineData("abc\n\n", "abc\n")]
    [InlineData(" abc ", " abc ")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("ä€😀\n", "ä€😀")]
    [InlineData("\n", "")]
    [InlineData("", "")]
    public void GetText_Value_HasOneLineEndLess(string content, string expected) => Holding(Encoding.UTF8.GetBytes(content)).GetText(Token).ShouldBe(expected);

    [Fact]
    public void GetText_LoneCarriageReturn_Stays() => Holding("abc\r"u8.ToArray()).GetText(Token).ShouldBe("abc\r");

    [Fact]
    public void GetText_BytesThatAreNoText_SaysSoWithoutThem()
    {
        var error = Should.Throw<ScanException>(() => Holding([0xff, 0xfe, 0x41]).GetText(Token));

        error.Message.ShouldBe("The key 'token' of Secret 'scanner' is no text in UTF-8: the scanner can't use it.");
        error.InnerException.ShouldBeNull();
    }

    [Fact]
    public void Constructor_TwoValuesForOneReference_TakesTheLater() =>
        new ScanSecrets([new(Token, new byte[] { 1 }), new(Token, new byte[] { 2 })]).Get(Token).ToArray().ShouldBe([2]);

    [Fact]
    public void ToString_AnyContent_ShowsNone() =>
        Gen.String[Gen.Char["ABCDEFGHIJ!$%"], 8, 40].Sample(content =>
        {
            var secrets = Holding(Encoding.UTF8.GetBytes(content));
            secrets.ToString().ShouldBe("1 secret");
            JsonSerializer.Serialize(secrets).ShouldBe("{}");
        });

    [Theory]
    [InlineData("no access with hunter2-hunter2 today", "no access with *** today")]
    [InlineData("aHVudGVyMi1odW50ZXIy", "***")]
    [InlineData("?token=hunter2-hunter2&x=1", "?token=***&x=1")]
    [InlineData("nothing to hide", "nothing to hide")]
    public void Conceal_TextThatQuotesASecret_IsMasked(string text, string expected)
    {
        Holding("hunter2-hunter2\n"u8.ToArray()).Conceal(text).ShouldBe(expected);
        ScanSecrets.None.Conceal(text).ShouldBe(text);
    }

    [Fact]
    public void Conceal_BytesThatAreNoText_AreMaskedInBase64() =>
        Holding([0xff, 0xfe, 0x41, 0x42, 0x43]).Conceal("key //5BQkM= refused").ShouldBe("key *** refused");

    [Fact]
    public void None_Secrets_AreNone() => ScanSecrets.None.ToString().ShouldBe("0 secrets");

    [Fact]
    public void Reference_InOptions_IsReadFromJson()
    {
        var web = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        JsonSerializer.Deserialize<SecretKeyReference>("""{"name":"scanner","key":"token"}""", web).ShouldBe(Token);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<SecretKeyReference>("""{"name":"scanner"}""", web));
    }

    private static ScanSecrets Holding(byte[] content) => new([new(Token, content)]);
}
