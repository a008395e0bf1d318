namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>Media types of the documents made here, beside those of SBOMs.</summary>
public static class TrivyMediaTypes
{
    /// <summary>Trivy's own report, JSON of schema 2
    /// (<see href="https://trivy.dev/latest/docs/configuration/reporting/#json"/>).</summary>
    public const string Report = "application/vnd.aquasec.trivy.report+json";
}
