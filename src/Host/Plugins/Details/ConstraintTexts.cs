using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace RegistryOperator.Host.Plugins.Details;

/// <summary>Says in a few words what an option's attributes allow.</summary>
internal static class ConstraintTexts
{
    /// <summary>One text for each constraint.</summary>
    /// <param name="name">The option, for attributes that have only a sentence of their own.</param>
    /// <param name="isRequired">True where the type can't be made without it.</param>
    /// <param name="attributes">The property's attributes.</param>
    public static IReadOnlyList<string> Of(string name, bool isRequired, IEnumerable<object> attributes)
    {
        var rules = attributes.OfType<ValidationAttribute>().ToList();
        List<string> texts = isRequired || rules.Exists(rule => rule is RequiredAttribute) ? ["required"] : [];
        texts.AddRange(rules.Where(rule => rule is not RequiredAttribute).Select(rule => Describe(rule, name)));
        return texts;
    }

    private static string Describe(ValidationAttribute rule, string name) => rule switch
    {
        RangeAttribute range => $"from {Text(range.Minimum)} to {Text(range.Maximum)}",
        StringLengthAttribute { MinimumLength: 0 } length => $"up to {length.MaximumLength} characters",
        StringLengthAttribute length => $"{length.MinimumLength} to {length.MaximumLength} characters",
        LengthAttribute length => $"length {length.MinimumLength} to {length.MaximumLength}",
        MinLengthAttribute length => $"length at least {length.Length}",
        MaxLengthAttribute length => $"length up to {length.Length}",
        RegularExpressionAttribute pattern => $"matches {pattern.Pattern}",
        AllowedValuesAttribute allowed => $"one of {string.Join(", ", allowed.Values.Select(Text))}",
        DeniedValuesAttribute denied => $"none of {string.Join(", ", denied.Values.Select(Text))}",
        UrlAttribute => "a URL",
        _ => DescribeOther(rule, name),
    };

    // An attribute of the plugin's own: its sentence, as it would read where the option breaks it.
    private static string DescribeOther(ValidationAttribute rule, string name)
    {
        try
        {
            return rule.FormatErrorMessage(name);
        }
        catch (Exception)
        {
            return rule.GetType().Name;
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
}
