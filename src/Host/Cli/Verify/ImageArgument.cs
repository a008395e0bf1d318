using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>An image as the command line names it.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Image">What that means.</param>
/// <param name="Scheme">The scheme that stood before it; null for none.</param>
internal sealed record ImageArgument(string Text, ImageReference Image, string? Scheme)
{
    /// <summary>The tag or the digest; the digest where both are written.</summary>
    public string Reference => Image.Digest?.ToString() ?? Image.Tag ?? ImageReference.DefaultTag;

    /// <summary>Where its registry is. As Docker has it, one on this machine needs no TLS.</summary>
    public Uri Url
    {
        get
        {
            var host = Image.Registry == DockerHub.Name ? DockerHub.ApiHost : Image.Registry;
            var secure = new Uri($"https://{host}");
            return Scheme is null && !secure.IsLoopback ? secure : new Uri($"{Scheme ?? Uri.UriSchemeHttp}://{host}");
        }
    }

    /// <summary>Parses it.</summary>
    /// <exception cref="InputException">It names no image.</exception>
    public static ImageArgument Parse(string text)
    {
        TransportNames.Refuse(
            text, "Push the image to a registry to verify it, or give 'scan -f' a Registry with the archive's or the layout's URL and provenanceTracking.");
        // Docker's references have no scheme; a registry without TLS that is not on this machine can't be told otherwise.
        var scheme = Array.Find([Uri.UriSchemeHttp, Uri.UriSchemeHttps], one => text.StartsWith($"{one}://", StringComparison.OrdinalIgnoreCase));
        try
        {
            return new ImageArgument(text, ImageReference.Parse(scheme is null ? text : text[(scheme.Length + 3)..]), scheme);
        }
        catch (FormatException invalid)
        {
            throw new InputException(invalid.Message, invalid);
        }
    }

    /// <summary>The registry and the repository, without credentials.</summary>
    public RegistrySpec ToSpec() => new() { Url = Url.GetLeftPart(UriPartial.Authority), Repository = Image.Repository };

    /// <summary>True where a resource is about the image's repository.</summary>
    public bool IsIn(RegistryResource resource) =>
        Uri.TryCreate(resource.Spec.Url, UriKind.Absolute, out var url)
        && (Scheme is null || url.Scheme == Scheme) && Image.IsIn(new RepositoryReference(url, resource.Spec.Repository));
}
