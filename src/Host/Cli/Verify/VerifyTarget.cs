using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>An image, and the resource with whose access and policy it is looked at.</summary>
/// <param name="Image">The image.</param>
/// <param name="Resource">Asks for the kind that verifies alone.</param>
internal sealed record VerifyTarget(ImageArgument Image, RegistryResource Resource)
{
    /// <summary>How messages name what the command line says.</summary>
    public required OptionWords Words { get; init; }

    /// <summary>The name of the resource where no file has one.</summary>
    private const string Name = "verify";

    /// <summary>An image's resource.</summary>
    /// <param name="image">The image.</param>
    /// <param name="policy">The resources of the policy; null for no policy.</param>
    /// <param name="settings">What the command line says.</param>
    /// <param name="kind">The kind that verifies.</param>
    /// <exception cref="InputException">No resource of the policy is about the image's repository, or several are.</exception>
    public static VerifyTarget Of(ImageArgument image, IReadOnlyList<RegistryManifest>? policy, VerifySettings settings, IVerifyingKind kind)
    {
        var resource = policy is null
            ? new RegistryResource { Metadata = new ObjectMeta { Namespace = RegistryGroup.DefaultNamespace, Name = Name }, Spec = image.ToSpec() }
            : Choose(image, policy);
        var spec = kind.AskFor(resource.Spec, settings.ApplyTo(kind.VerificationOf(resource.Spec)));
        return new VerifyTarget(image, resource with { Spec = settings.ApplyTo(spec), Status = null })
        {
            Words = new OptionWords(
                policy is null || settings.NamesSigners, policy is null || settings.TrustedRoot is not null,
                policy is null || settings.CertificateAuthorities is not null),
        };
    }

    /// <summary>One that is about the image's repository: what is expected of another, and its credentials, are not for this one.</summary>
    private static RegistryResource Choose(ImageArgument image, IReadOnlyList<RegistryManifest> policy)
    {
        RegistryResource[] fitting = [.. policy.Select(manifest => manifest.Resource).Where(image.IsIn)];
        if (fitting is [var only]) return only;
        var told = string.Join(", ", (fitting.Length == 0 ? policy.Select(manifest => manifest.Resource) : fitting)
            .Select(resource => $"{resource.FullName} ({resource.Spec.RepositoryUrl})"));
        throw new InputException(fitting.Length == 0
            ? $"--policy: no Registry in it is about {image.Image.Name}, the repository of {image.Text}. There are: {told}."
            : $"--policy: more than one Registry in it is about {image.Image.Name}, the repository of {image.Text}: {told}. Give a file with one.");
    }
}
