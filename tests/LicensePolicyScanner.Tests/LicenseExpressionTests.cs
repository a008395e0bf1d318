using LicensePolicy;

namespace RegistryOperator.LicensePolicy.Tests;

public class LicenseExpressionTests
{
    [Theory]
    [InlineData("AGPL-3.0-only", true)]
    [InlineData("MIT", false)]
    [InlineData("MIT OR AGPL-3.0-only", false)] // the user may choose MIT
    [InlineData("AGPL-3.0-only OR AGPL-3.0-only", true)]
    [InlineData("MIT AND AGPL-3.0-only", true)]
    [InlineData("MIT OR MIT AND AGPL-3.0-only", false)] // AND binds tighter
    [InlineData("(MIT OR Apache-2.0) AND AGPL-3.0-only", true)]
    [InlineData("(MIT OR AGPL-3.0-only) AND Apache-2.0", false)]
    [InlineData("AGPL-3.0-only WITH Classpath-exception-2.0", true)]
    [InlineData("mit or (agpl-3.0-only)", false)]
    [InlineData("The Artistic Licence, or so", false)]
    [InlineData("", false)]
    [InlineData("(", false)]
    [InlineData("AGPL-3.0-only )", false)] // no expression, and no identifier either
    public void IsForbidden_Expression_IsJudgedByItsBestChoice(string expression, bool forbidden) =>
        LicenseExpression.IsForbidden(expression, identifier => identifier.Equals("AGPL-3.0-only", StringComparison.OrdinalIgnoreCase)).ShouldBe(forbidden);

    [Fact]
    public void IsForbidden_DeepNesting_Ends() => LicenseExpression.IsForbidden(new string('(', 100_000), _ => true).ShouldBeTrue();
}
