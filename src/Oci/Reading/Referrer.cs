using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>A referrer as a registry lists it.</summary>
/// <param name="Descriptor">What the list says of it.</param>
/// <param name="FallbackTag">The tag of the index that lists it
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema"/>); null where the API does.</param>
public readonly record struct Referrer(Descriptor Descriptor, string? FallbackTag);
