namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>What is attached can't be read; the message quotes nothing of it.</summary>
internal sealed class InvalidDocumentException(string message) : Exception(message);
