namespace RegistryOperator.Host.Resources;
internal static class CustomResourceDefinition { public static string Read() => ""; }
