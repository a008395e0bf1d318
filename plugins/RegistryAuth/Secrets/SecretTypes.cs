namespace RegistryOperator.Plugins.RegistryAuth.Secrets;

/// <summary>Kinds of Secrets and their keys (<see href="https://kubernetes.io/docs/concepts/configuration/secret/#secret-types"/>).</summary>
internal static class SecretTypes
{
    public const string DockerConfigJson = "kubernetes.io/dockerconfigjson";
    public const string DockerConfigJsonKey = ".dockerconfigjson";
    public const string DockerCfg = "kubernetes.io/dockercfg";
    public const string DockerCfgKey = ".dockercfg";
    public const string BasicAuth = "kubernetes.io/basic-auth";
}
