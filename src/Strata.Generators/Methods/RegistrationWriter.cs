namespace Strata.Generators.Methods;

/// <summary>Writes the extension method that registers a decorator with a service collection.</summary>
internal static class RegistrationWriter
{
    private const string Services = "global::Microsoft.Extensions.DependencyInjection";

    public static string Write(DecoratorModel decorator)
    {
        GeneratedSource source = new();
        string type = $"global::{(decorator.Namespace.Length > 0 ? decorator.Namespace + "." : "")}{decorator.Name}";
        // Where the other extensions of the service collection are, so that programs need no using.
        source.Open("namespace Microsoft.Extensions.DependencyInjection");
        source.Line($"/// <summary>Registers <see cref=\"{type}\"/>.</summary>");
        source.Open($"{decorator.Accessibility} static class {decorator.Name}Registration");
        source.Line($"/// <summary>Registers an implementation, and <see cref=\"{type}\"/> in front of it as <see cref=\"{decorator.Interface}\"/>. A <see cref=\"global::Strata.TieredCache\"/> must be registered.</summary>");
        source.Open(
            $"{decorator.Accessibility} static {Services}.IServiceCollection Add{decorator.Name}<[global::System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(global::System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>"
            + $"(this {Services}.IServiceCollection services, {Services}.ServiceLifetime lifetime = {Services}.ServiceLifetime.Scoped) where TImplementation : class, {decorator.Interface}");
        source.Line($"{Services}.Extensions.ServiceCollectionDescriptorExtensions.TryAdd(services, new {Services}.ServiceDescriptor(typeof(TImplementation), typeof(TImplementation), lifetime));");
        source.Line($"services.Add(new {Services}.ServiceDescriptor(typeof({decorator.Interface}), static provider => new {type}({Get("TImplementation")}, {Get("global::Strata.TieredCache")}), lifetime));");
        source.Line("return services;");
        return source.Close().Close().Close().ToString();
    }

    private static string Get(string type) => $"{Services}.ServiceProviderServiceExtensions.GetRequiredService<{type}>(provider)";
}
