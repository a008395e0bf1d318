namespace RegistryOperator.Host.Registry;

/// <summary>The CRD of <c>Registry</c>, built into the program: an operator can always show the definition it was made for.</summary>
internal static class CustomResourceDefinition
{
    private const string ResourceName = "registries.crd.yaml";

    /// <summary>The definition as YAML, comments included.</summary>
    public static string Read()
    {
        using var stream = typeof(CustomResourceDefinition).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The program was built without its resource {ResourceName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
