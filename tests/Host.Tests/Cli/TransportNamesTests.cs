using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Cli;

public class TransportNamesTests
{
    [Theory]
    [InlineData("oci-archive:/images/app.tar", true)]
    [InlineData("docker-archive:///images/app.tar", true)]
    [InlineData("docker-archive:app.tar", true)]
    [InlineData("docker-daemon:team/app:1.0", true)]
    [InlineData("oci:./layout", true)]
    [InlineData("oci:1.0", false)]
    [InlineData("oci-archive:1.0", false)]
    [InlineData("registry:5000/app", false)]
    [InlineData("https://registry.example/app", false)]
    [InlineData("team/app:1.0", false)]
    [InlineData(":/", false)]
    public void Refuse_Name_IsRefusedWhereATransportStandsBeforeAPath(string text, bool isRefused)
    {
        if (isRefused) Should.Throw<InputException>(() => TransportNames.Refuse(text, "Do this.")).Message.ShouldEndWith("is not read here. Do this.");
        else TransportNames.Refuse(text, "Do this.");
    }

    [Fact]
    public void RefuseInLookUp_UrlThatTablesPrint_IsTaken()
    {
        TransportNames.RefuseInLookUp("docker-archive:///images/app.tar/team/app:1.0");

        Should.Throw<InputException>(() => TransportNames.RefuseInLookUp("docker-archive:/images/app.tar"));
    }
}
