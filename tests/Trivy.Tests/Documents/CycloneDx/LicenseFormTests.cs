using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>Which licences of a report are ids, expressions or names.</summary>
public sealed class LicenseFormTests
{
    [Theory]
    [InlineData("MIT", true)]
    [InlineData("GPL-2.0-or-later", true)]
    [InlineData("mit", false)]
    [InlineData("GPL-2+", false)]
    [InlineData("", false)]
    public void IsId_Text_IsOneOfSpdxsList(string license, bool isId) => LicenseForm.IsId(license).ShouldBe(isId);

    [Theory]
    [InlineData("(MIT OR Apache-2.0)", "MIT OR Apache-2.0")]
    [InlineData("MIT AND (BSD-2-Clause OR ISC)", "MIT AND (BSD-2-Clause OR ISC)")]
    [InlineData("(MIT) OR (ISC)", "(MIT) OR (ISC)")]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")]
    [InlineData("LicenseRef-own OR Apache-2.0+", "LicenseRef-own OR Apache-2.0+")]
    [InlineData("MIT", null)]
    [InlineData("MIT OR", null)]
    [InlineData("MIT ISC Zlib", null)]
    [InlineData("(MIT OR ISC", null)]
    [InlineData("MIT OR ISC)", null)]
    [InlineData("MIT or ISC", null)]
    [InlineData("MIT OR something else", null)]
    [InlineData("GPL-2.0-only WITH", null)]
    public void AsExpression_Text_IsAnExpressionOfIds(string license, string? expression) => LicenseForm.AsExpression(license).ShouldBe(expression);

    [Fact]
    public void AsExpression_ManyBrackets_EndsQuickly() =>
        LicenseForm.AsExpression(new string('(', 1_000_000) + "MIT" + new string(')', 1_000_000)).ShouldBeNull();
}
