namespace RegistryOperator.Sigstore.Findings;

/// <summary>A bundle is refused; the way out of a reader or a check. Never leaves the library.</summary>
/// <param name="reason">One of <see cref="VerificationReasons"/>.</param>
/// <param name="message">What is wrong, where, what to do.</param>
internal sealed class RejectedException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    public static RejectedException Invalid(string message) => new(VerificationReasons.InvalidBundle, message);
}
