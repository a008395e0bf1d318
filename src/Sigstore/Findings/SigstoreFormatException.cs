namespace RegistryOperator.Sigstore.Findings;

/// <summary>What the caller configured can't be read: a trusted root, a key, a pattern. Bundles, which strangers write, give a verdict instead.</summary>
public sealed class SigstoreFormatException : FormatException
{
    public SigstoreFormatException()
    {
    }

    public SigstoreFormatException(string message)
        : base(message)
    {
    }

    public SigstoreFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
