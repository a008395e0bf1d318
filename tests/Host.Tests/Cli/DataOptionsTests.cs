using RegistryOperator.Host.Cli;

namespace RegistryOperator.Host.Tests.Cli;

public class DataOptionsTests
{
    [Theory]
    [InlineData("/option", "/variable", "/xdg", "/option")]
    [InlineData(null, "/variable", "/xdg", "/variable")]
    [InlineData(null, "", "/xdg", "/xdg/registry-operator")]
    [InlineData(null, null, "relative", "/home/me/.local/share/registry-operator")]
    [InlineData(null, null, null, "/home/me/.local/share/registry-operator")]
    public void Resolve_SeveralPlaces_TakesTheFirstThatIsNamed(string? option, string? variable, string? xdg, string expected) =>
        DataOptions.Resolve(option, name => name switch
        {
            DataOptions.Variable => variable,
            "XDG_DATA_HOME" => xdg,
            "HOME" => "/home/me",
            _ => null,
        }).ShouldBe(expected);
}
