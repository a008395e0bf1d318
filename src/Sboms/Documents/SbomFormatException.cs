using RegistryOperator.Shared;

namespace RegistryOperator.Sboms.Documents;

/// <summary>A document is not an SBOM in a supported format; the message says what is wrong and where, and quotes the document, which is untrusted.</summary>
public sealed class SbomFormatException(string message, Exception? innerException = null) : Exception(OutsideText.Of(message), innerException);
