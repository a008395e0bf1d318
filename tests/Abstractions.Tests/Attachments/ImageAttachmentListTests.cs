using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Tests.Attachments;

public class ImageAttachmentListTests
{
    [Fact]
    public void IsComplete_ListWithAProblem_IsNot()
    {
        new ImageAttachmentList { Attachments = [] }.IsComplete.ShouldBeTrue();
        new ImageAttachmentList { Attachments = [], Problem = new RegistryException(RegistryErrorKind.Denied, "Closed.") }.IsComplete.ShouldBeFalse();
    }
}
