using System.ComponentModel.DataAnnotations;

namespace LicensePolicy;

/// <summary>What a resource writes under <c>spec.scanners[].options</c>.</summary>
public sealed record LicensePolicyOptions : IValidatableObject
{
    /// <summary>SPDX licence identifiers that no package may be bound to; a trailing <c>*</c> stands for anything, e.g. <c>AGPL-*</c>.</summary>
    public IReadOnlyList<string> Forbidden { get; init; } = [];

    /// <summary>Packages that are excepted, by name.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>True fails an image also for packages whose licence is not known.</summary>
    public bool ForbidUnknown { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Forbidden.Count == 0 && !ForbidUnknown)
            yield return new ValidationResult("name at least one licence in 'forbidden', e.g. AGPL-3.0-only, or set 'forbidUnknown'.");
        foreach (var licence in Forbidden.Where(licence => string.IsNullOrWhiteSpace(licence) || licence.TrimEnd('*').Contains('*', StringComparison.Ordinal)))
            yield return new ValidationResult($"forbidden: '{licence}' is not a licence identifier; a * may stand at its end only.");
    }
}
