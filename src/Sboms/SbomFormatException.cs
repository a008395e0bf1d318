namespace RegistryOperator.Sboms;

/// <summary>A document is no SBOM of a form that is known; the message says what is wrong and where.</summary>
public sealed class SbomFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
