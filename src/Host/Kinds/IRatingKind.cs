using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds;

/// <summary>The kind whose findings have a severity.</summary>
internal interface IRatingKind : IScanKind
{
    /// <summary>The field that switches it on, for messages.</summary>
    string EnabledField { get; }

    /// <summary>The field that leaves out tags, for messages.</summary>
    string TagsField { get; }

    /// <summary>Why the status of a resource does not tell of findings of a severity, in a sentence; null where it does, or does not ask for them.</summary>
    /// <param name="spec">The resource.</param>
    /// <param name="severity">One of <see cref="Severities"/>.</param>
    string? UncountedIn(RegistrySpec spec, string severity);

    /// <summary>How many findings an image has of a severity, one of <see cref="Severities"/>, or of a higher one.</summary>
    int CountFrom(string severity, ImageStatus image);

    /// <summary>The reason why an image, or one of its platforms, has no result of the last scan; null where it has one, or is no image.</summary>
    string? UnratedReason(ImageStatus image);
}
