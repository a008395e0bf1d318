using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Registry;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Host.Explanations;

/// <summary>The image that a user asks about.</summary>
/// <param name="Text">As he wrote it.</param>
/// <param name="Name">Its parts.</param>
internal sealed record AskedImage(string Text, ImageName Name)
{
    /// <exception cref="FormatException">It names no image; the message says why.</exception>
    /// <remarks>What looks like the beginning of a digest may be a tag: it is both then.</remarks>
    public static AskedImage Parse(string text) => new(text, ImageName.Parse(text));

    /// <summary>
    /// True where a resource's repository is the image's: with or without its host, by Docker Hub's short names, and by the name of the resource, as tables
    /// have it.
    /// </summary>
    public bool IsOf(RegistryResource resource)
    {
        var spec = resource.Spec;
        if (Name.Repository is not { } repository || repository == spec.Repository || repository == resource.FullName) return true;
        var full = new RepositoryReference(new Uri(spec.Url), spec.Repository).Name;
        if (repository == full || repository == full.TrimStart('/')) return true;
        return ImageReference.TryParse(repository, out var asked) && ImageReference.TryParse(full, out var own) && asked.Name == own.Name;
    }
}
