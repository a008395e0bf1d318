using System.Text;
using RegistryOperator.Plugins.Trivy.Documents;

namespace RegistryOperator.Trivy.Tests.Documents;

public sealed class ArtifactNameTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("nothing to replace", "nothing to replace")]
    [InlineData("/tmp/x", "image")]
    [InlineData("a /tmp/x b /tmp/x", "a image b image")]
    [InlineData("/tmp/x/tmp/x", "imageimage")]
    [InlineData("/tmp/ /tmp/x", "/tmp/ image")]
    public void Replace_EachPlace_NamesTheImage(string report, string expected) =>
        Encoding.UTF8.GetString(ArtifactName.Replace(Encoding.UTF8.GetBytes(report), "/tmp/x", "image").Span).ShouldBe(expected);
}
